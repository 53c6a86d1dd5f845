package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptArgumentsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 79, 80, 88, 89, 90, 99, 100, 101, 500})
    @DisplayName("RDS-1 a call goes to the wire as Lettuce itself would write it, whatever the lengths")
    void encoded(int keyLength) {
        RedisCall<?> call = new RedisRequests(RedisOptions.defaults())
                .acquire(LockKey.of("k".repeat(keyLength)), LockId.random(), new Ttl(30_000));
        byte[] script = "x".repeat(keyLength * 20).getBytes(StandardCharsets.US_ASCII);

        ScriptArguments ours = new ScriptArguments(script, call);

        CommandArgs<byte[], byte[]> theirs =
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script).add(call.keyCount());
        theirs.addKeys(call.keys());
        for (byte[] argument : call.arguments()) {
            theirs.add(argument);
        }
        assertThat(encoded(ours)).isEqualTo(encoded(theirs));
        assertThat(ours.count()).isEqualTo(theirs.count());
        assertThat(ours.getFirstEncodedKey()).isEqualTo(theirs.getFirstEncodedKey());

        ByteBuf out = Unpooled.buffer();
        ScriptArguments.encode(CommandType.EVALSHA, script, call, out);
        ByteBuf expected = Unpooled.buffer();
        new Command<>(CommandType.EVALSHA, new ValueOutput<>(ByteArrayCodec.INSTANCE), theirs).encode(expected);
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(expected.toString(StandardCharsets.US_ASCII));
    }

    private static String encoded(CommandArgs<byte[], byte[]> arguments) {
        ByteBuf out = Unpooled.buffer();
        arguments.encode(out);
        return out.toString(StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("KEY-8 what Lettuce may log of a call has no key and no id in it")
    void logged() {
        String key = "secret-key";
        LockId id = LockId.random();
        ScriptArguments arguments = new ScriptArguments(
                new byte[] {1},
                new RedisRequests(RedisOptions.defaults()).acquire(LockKey.of(key), id, new Ttl(30_000)));

        assertThat(arguments.toString() + arguments.toCommandString())
                .doesNotContain(key)
                .doesNotContain(id.value());
    }
}
