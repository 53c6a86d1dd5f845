package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of arguments that cannot be used. */
class ArgumentsTest {
    private static final String SECRET = "s3cret-phrase";

    /** Nobody listens there, so what connects ends with another code. */
    private static final Map<String, String> NOBODY = Map.of("SYNCGUARD_URI", "redis://127.0.0.1:1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:" + SECRET + "@127.0.0.1:1",
                "redis://app:" + SECRET + "@127.0.0.1:1",
                "redis-cluster://app:" + SECRET + "@127.0.0.1:1,127.0.0.1:2",
                "redis-sentinel://127.0.0.1:1?sentinelPassword=" + SECRET,
                "rediss://127.0.0.1:1?keyStore=x&keyStorePassword=" + SECRET,
                "rediss://127.0.0.1:1?trustStore=x&truststorepassword=" + SECRET,
                "rediss://127.0.0.1:1?trustStore=x&trustStore%50assword=" + SECRET,
                "redis://app:" + SECRET + "/x@127.0.0.1:1",
                "redis://app:" + SECRET + " @127.0.0.1:1"
            })
    @DisplayName("a URI with a password among the arguments is refused, and not shown")
    void password(String uri) {
        for (String[] arguments : new String[][] {
            {"list", "--uri", uri}, {"list", "--uri=" + uri}, {"doctor", "--ur=" + uri}, {"show", "key", uri}
        }) {
            ProgramRun run = ProgramRun.of(NOBODY, arguments);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("syncguard: ").doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:x@h",
                "redis://u:x@h",
                "redis-cluster://u:x@h,i",
                "redis-sentinel://h?sentinelPassword=x",
                "rediss://h?keyStore=f&keyStorePassword=x",
                "rediss://h?trustStore=f&trustStorePassword=x"
            })
    @DisplayName("the refusal of a password says where to put it")
    void waysOut(String uri) {
        assertThat(ProgramRun.of(Map.of(), "list", "--uri", uri).err())
                .contains("has a password", "SYNCGUARD_URI", "--uri-file")
                .hasLineCount(1);
    }

    @Test
    @DisplayName("KEY-8 a password from elsewhere is not shown by a failure")
    void passwordFromElsewhere() {
        ProgramRun run = ProgramRun.of(Map.of("SYNCGUARD_URI", "redis://:" + SECRET + "@127.0.0.1:1"), "list");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).doesNotContain(SECRET).hasLineCount(1);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("a command is missing", new String[] {}),
                Arguments.of("lst", new String[] {"lst"}),
                Arguments.of("--nonsense", new String[] {"list", "--nonsense"}),
                Arguments.of("--limit", new String[] {"list", "--limit", "0"}),
                Arguments.of("--limit", new String[] {"list", "--limit", "many"}),
                Arguments.of("--sort", new String[] {"list", "--sort", "colour"}),
                Arguments.of("--ids needs --raw", new String[] {"list", "--ids"}),
                Arguments.of("--ids needs --raw", new String[] {"watch", "--ids"}),
                Arguments.of("KEY", new String[] {"show"}),
                Arguments.of("must not be empty", new String[] {"show", ""}),
                Arguments.of("interval", new String[] {"watch", "--every", "2"}),
                Arguments.of("interval", new String[] {"watch", "--every", "1ms"}),
                Arguments.of("--count", new String[] {"watch", "--count", "0"}),
                Arguments.of("one of --key and --id", new String[] {"release", "--force"}),
                Arguments.of("one of --key and --id", new String[] {"release", "--key", "a", "--id", "b", "--force"}),
                Arguments.of("22 characters", new String[] {"release", "--id", "short", "--force"}),
                Arguments.of("Add --force", new String[] {"release", "--key", "a"}),
                Arguments.of("exclude each other", new String[] {"list", "--uri", "redis://h", "--uri-file", "f"}),
                Arguments.of("cannot be read", new String[] {"list", "--uri-file", "no-such-file"}),
                Arguments.of("no backend opens", new String[] {"list", "--uri", "nonsense://h"}));
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("ERR-4 arguments that cannot be used end with 2 before anything is connected, and say what is wrong")
    void wrong(String said, String[] arguments) {
        ProgramRun run = ProgramRun.of(NOBODY, arguments);
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("syncguard: ").contains(said).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    @DisplayName("without a URI each command says how to give one")
    void noUri() {
        ProgramRun run = ProgramRun.of(Map.of(), "list");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--uri", "SYNCGUARD_URI", "--uri-file");
    }

    @Test
    @DisplayName("the help has all exit codes, and each command has a help of its own")
    void help() {
        assertThat(ProgramRun.of(Map.of(), "--help").out())
                .contains("0     done", "1     ", "2     wrong usage", "3     the server", "70    ", "130   ");
        for (String command : new String[] {"list", "show", "watch", "release", "fences", "doctor"}) {
            ProgramRun run = ProgramRun.of(Map.of(), command, "--help");
            assertThat(run.code()).isZero();
            assertThat(run.out()).startsWith("Usage: syncguard " + command).contains("--uri-file", "--json");
        }
    }

    @Test
    @DisplayName("arguments beyond ASCII are refused where the locale has no UTF-8")
    void encoding() {
        assertThat(ArgumentEncoding.problem("ANSI_X3.4-1968", "show", "orders:1"))
                .isEmpty();
        assertThat(ArgumentEncoding.problem("UTF-8", "show", "\u65e5")).isEmpty();
        assertThat(ArgumentEncoding.problem("ANSI_X3.4-1968", "show", "\ufffd").orElseThrow())
                .contains("LC_ALL=C.UTF-8", "ANSI_X3.4-1968");
    }
}
