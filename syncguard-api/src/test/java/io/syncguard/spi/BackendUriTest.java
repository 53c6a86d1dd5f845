package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri.Server;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendUriTest {
    @Test
    @DisplayName("a URI is taken apart and decoded")
    void parts() {
        BackendUri uri = BackendUri.parse("Redis://us%40er:p%3Aa%23ss+w@example.org:7000/3?keyPrefix=my%20app&x=a+b");

        assertThat(uri.scheme()).isEqualTo("redis");
        assertThat(uri.user()).contains("us@er");
        assertThat(uri.password()).contains("p:a#ss+w");
        assertThat(uri.host()).contains("example.org");
        assertThat(uri.portOr(1)).isEqualTo(7000);
        assertThat(uri.path()).isEqualTo("3");
        assertThat(uri.parameter("keyPrefix")).contains("my app");
        assertThat(uri.parameter("x")).contains("a+b");
        assertThat(uri.parameter("y")).isEmpty();
    }

    @Test
    @DisplayName("what is left out is empty or the default")
    void leftOut() {
        BackendUri uri = BackendUri.parse("memory:");

        assertThat(uri.host()).isEmpty();
        assertThat(uri.user()).isEmpty();
        assertThat(uri.password()).isEmpty();
        assertThat(uri.portOr(6379)).isEqualTo(6379);
        assertThat(uri.path()).isEmpty();
        assertThat(uri.flagOr("f", true)).isTrue();
        assertThat(uri.numberOr("n", 7)).isEqualTo(7);
        assertThat(BackendUri.parse("memory:name").path()).isEqualTo("name");
        assertThat(BackendUri.parse("redis://:pw@h").user()).isEmpty();
        assertThat(BackendUri.parse("redis://h?x=a:").parameter("x")).contains("a:");
    }

    @Test
    @DisplayName("a URI may name several servers, behind one user")
    void servers() {
        BackendUri several = BackendUri.parse("redis-sentinel://us%40er:p%3Aw@one:1,two,10.0.0.3:3/2?x=y");

        assertThat(several.servers(7))
                .containsExactly(new Server("one", 1), new Server("two", 7), new Server("10.0.0.3", 3));
        assertThat(several.user()).contains("us@er");
        assertThat(several.password()).contains("p:w");
        assertThat(several.path()).isEqualTo("2");
        assertThat(several.parameter("x")).contains("y");
        assertThat(BackendUri.parse("redis://[::1]:7").servers(1)).containsExactly(new Server("[::1]", 7));
        assertThat(BackendUri.parse("memory:").servers(1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://a,", "redis://,a", "redis://a:0,b", "redis://a:1:2,b", "redis://[a]:1,b"})
    @DisplayName("ERR-4 a server that makes no sense is refused")
    void badServers(String uri) {
        assertInvalid(() -> BackendUri.parse(uri).servers(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "localhost:6379|no scheme",
                "127.0.0.1:6379|no scheme",
                "redis.example.org:6379/1|no scheme",
                " redis://localhost|white space",
                "redis://localhost |white space",
                "redis://|names no host",
                "redis://h?x=%FF|not UTF-8"
            })
    @DisplayName("ERR-4 what people write by mistake is named")
    void slips(String text, String words) {
        assertThatThrownBy(() -> BackendUri.parse(text)).hasMessageContaining(words);
    }

    @Test
    @DisplayName("ERR-4 who looks for an option of locks in a URI is told where it is")
    void optionsOfLocks() {
        assertThatThrownBy(() -> BackendUri.parse("redis://h?ttl=300").requireKnownParameters(Set.of("keyPrefix")))
                .hasMessageContaining("it takes [keyPrefix]. LockOptions has the options of locks");
        assertThatThrownBy(() -> BackendUri.parse("redis://h?ttx=300").requireKnownParameters(Set.of("keyPrefix")))
                .hasMessageEndingWith("it takes [keyPrefix]");
        assertThat(BackendUri.parse("memory:1234").path()).isEqualTo("1234");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "localhost",
                "//host",
                ":",
                "redis://s3cret with blanks@h",
                "redis://h?x",
                "redis://h?=s3cret",
                "redis://h?x=1&x=s3cret",
                "redis://h?x=1&",
                "redis://h?x=%s3cret",
                "redis://h?keyPrefix=%FFs3cret",
                "redis://h#s3cret",
                "redis://u:s3cret^@h"
            })
    @DisplayName("ERR-4 a malformed URI is refused, and nothing of it that may be secret is shown")
    void malformed(String text) {
        assertInvalid(() -> BackendUri.parse(text));
    }

    @Test
    @DisplayName("ERR-4 parts of the wrong kind are refused")
    void wrongKind() {
        BackendUri uri = BackendUri.parse("redis://h:70000?flag=s3cret&number=s3cret&huge=99999999999999999999");

        assertInvalid(() -> uri.portOr(1));
        assertInvalid(() -> uri.flagOr("flag", true));
        assertInvalid(() -> uri.numberOr("number", 1));
        assertInvalid(() -> uri.numberOr("huge", 1));
    }

    @Test
    @DisplayName("ERR-4 unknown parameters are refused with the names of the known ones")
    void unknownParameters() {
        BackendUri uri = BackendUri.parse("redis://h?keyprefix=s3cret&keyPrefix=a");

        assertInvalid(() -> uri.requireKnownParameters(Set.of("keyPrefix", "other")));
        assertThatThrownBy(() -> uri.requireKnownParameters(Set.of("keyPrefix", "other")))
                .hasMessageContaining("[keyprefix]")
                .hasMessageContaining("[keyPrefix, other]");
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).doesNotContain("s3cret");
            assertThat(e.getCause()).isNull();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "redis://my_redis:6380,            my_redis",
        "redis://:secret@my_redis:6380/1,  my_redis",
        "redis://redis.1st:6380,           redis.1st",
        "redis://redis-0.redis:6380?a=b,   redis-0.redis",
        "redis://[::1]:6380,               [::1]",
        "redis://10.0.0.1:6380,            10.0.0.1"
    })
    @DisplayName("a host is whatever resolvers take, such as a container's name with an underscore")
    void hosts(String text, String host) {
        BackendUri uri = BackendUri.parse(text);

        assertThat(uri.host()).contains(host);
        assertThat(uri.portOr(1)).isEqualTo(6380);
        assertThat(uri.servers(1)).containsExactly(new BackendUri.Server(host, 6380));
        assertThat(uri.toString()).isEqualTo("redis://" + host + ":6380");
    }

    @Test
    @DisplayName("an empty password, as of a variable that is not set, is none")
    void emptyPassword() {
        BackendUri uri = BackendUri.parse("redis://:@localhost:6379");

        assertThat(uri.user()).isEmpty();
        assertThat(uri.password()).isEmpty();
        assertThat(uri.host()).contains("localhost");
    }

    @Test
    @DisplayName("the text of a URI shows neither user nor password nor parameters")
    void text() {
        assertThat(BackendUri.parse("redis://user:s3cret@h:1/2?x=y")).hasToString("redis://h:1");
    }

    @Test
    @DisplayName("KEY-8 names of parameters that may be part of a password are not shown")
    void passwordWithAQuestionMark() {
        BackendUri uri = BackendUri.parse("redis://app:pa?S3CRET=x@localhost:6379");

        assertThatThrownBy(() -> uri.requireKnownParameters(Set.of("keyPrefix")))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("percent-encode")
                .hasMessageNotContaining("S3CRET");
    }
}
