package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FencedValueRepliesTest {
    private static final Fingerprinted RESOURCE = () -> "ba7816bf8f01cfea414140de";

    private static byte[] reply(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("GRD-4 what a write replies")
    void write() {
        assertThat(FencedValueReplies.write(reply("W"), RESOURCE)).isEmpty();
        assertThat(FencedValueReplies.write(reply("S000000000000042"), RESOURCE))
                .contains(new FenceToken(42));
    }

    @Test
    @DisplayName("GRD-4 what a read replies, with a value that may be empty or begin with digits")
    void read() {
        assertThat(FencedValueReplies.read(reply("N"), RESOURCE)).isEmpty();
        for (String value : List.of("", "7", "\u00e4 \ud83d\ude00")) {
            assertThat(FencedValueReplies.read(reply("V000000000000042" + value), RESOURCE))
                    .contains(new FencedValue(value, new FenceToken(42)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fhash", "S999999999999999", "V000000000000000x", "V42", "S", "?"})
    @DisplayName("GRD-6 any other reply is INTERNAL")
    void others(String text) {
        assertThatThrownBy(() -> FencedValueReplies.write(reply(text), RESOURCE))
                .satisfies(FencedValueRepliesTest::isInternal);
        assertThatThrownBy(() -> FencedValueReplies.read(reply(text), RESOURCE))
                .satisfies(FencedValueRepliesTest::isInternal);
    }

    private static void isInternal(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                .isEqualTo(LockErrorCode.INTERNAL));
    }

    @Test
    @DisplayName("GRD-4 a request is one key as it was given, the fence's digits, and the value if there is one")
    void requests() {
        RedisCall<?> set = FencedValueRequests.set("k", "v", new FenceToken(42));
        RedisCall<?> delete = FencedValueRequests.delete("k", new FenceToken(42));

        assertThat(set.operation()).isEqualTo(LockOperation.FENCED_WRITE);
        assertThat(set.keys()).isDeepEqualTo(new byte[][] {reply("k")});
        assertThat(set.arguments()).isDeepEqualTo(new byte[][] {reply("000000000000042"), reply("v")});
        assertThat(delete.arguments()).isDeepEqualTo(new byte[][] {reply("000000000000042")});
        assertThat(set.lock().fingerprint()).matches("[0-9a-f]{24}");
    }
}
