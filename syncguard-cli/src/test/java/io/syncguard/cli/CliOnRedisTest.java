package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncguard.HeldLock;
import io.syncguard.LockKey;
import io.syncguard.testservers.RedisTestServer;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program on one Redis, which has a password. */
@Tag("on-the-jar")
class CliOnRedisTest {
    private static final String PASSWORD = "pass-phrase-of-the-test";

    private static RedisTestServer server;
    private static LocksOfTest locks;
    private static HeldLock contended;
    private static HeldLock other;

    @BeforeAll
    static void holdLocks() {
        server = RedisTestServer.startDurable("--requirepass", PASSWORD);
        locks = LocksOfTest.at(uri());
        contended = locks.hold("orders:1");
        other = locks.hold("orders:2");
        locks.hold("invoices:1");
        locks.awaitIn("orders:1");
    }

    @AfterAll
    static void stop() {
        if (locks != null) {
            locks.close();
        }
        server.close();
    }

    private static String uri() {
        return server.uri().replace("redis://", "redis://:" + PASSWORD + "@");
    }

    private static CliProcess.Result run(String... arguments) {
        CliProcess.Result result = CliProcess.run(Map.of("SYNCGUARD_URI", LocksOfTest.patient(uri())), arguments);
        assertThat(result.out() + result.err()).doesNotContain(PASSWORD);
        return result;
    }

    private static String fingerprint(String key) {
        return LockKey.of(key).fingerprint();
    }

    @Test
    @DisplayName("KEY-8 list shows fingerprints, what most wait for first if asked, and neither keys nor ids")
    void list() {
        CliProcess.Result result = run("list", "--sort", "waiting").endedWith(0);

        assertThat(result.err()).isEmpty();
        List<String> lines = result.out().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).matches("FINGERPRINT +HELD +LEFT +WAITING +TOKEN +HOLDER");
        assertThat(lines.get(1))
                .startsWith(fingerprint("orders:1") + " ")
                .contains(" 1  ", contended.fence().toString())
                .endsWith(LocksOfTest.HOLDER);
        assertThat(lines.get(4)).isEqualTo("3 locks");
        assertThat(result.out())
                .doesNotContain("orders", "invoices", contended.id().value());
    }

    @Test
    @DisplayName("KEY-8 list shows keys with --raw, and ids with --ids alone; of a prefix, and a part of it")
    void raw() {
        CliProcess.Result result =
                run("list", "orders:", "--raw", "--limit", "1").endedWith(0);
        assertThat(result.out()).startsWith("KEY ").contains("orders:").endsWith("1 of 2 locks\n");
        assertThat(result.out())
                .doesNotContain("invoices", contended.id().value(), other.id().value());

        JsonNode json = run("list", "orders:", "--raw", "--ids", "--json", "--sort", "WAITING")
                .endedWith(0)
                .json();
        assertThat(json.get("total").intValue()).isEqualTo(2);
        JsonNode first = json.get("locks").get(0);
        assertThat(first.get("key").textValue()).isEqualTo("orders:1");
        assertThat(first.get("id").textValue()).isEqualTo(contended.id().value());
        assertThat(first.get("fingerprint").textValue()).isEqualTo(fingerprint("orders:1"));
        assertThat(first.get("waiting").intValue()).isEqualTo(1);
        assertThat(first.get("token").longValue()).isEqualTo(contended.fence().value());
        assertThat(first.get("holder").textValue()).isEqualTo(LocksOfTest.HOLDER);
        assertThat(Instant.parse(first.get("acquiredAt").textValue()).toEpochMilli())
                .isEqualTo(first.get("acquiredAtMillis").longValue());
        assertThat(first.get("heldMillis").longValue() + first.get("leftMillis").longValue())
                .isEqualTo(1_800_000);
    }

    @Test
    @DisplayName("KEY-8 show tells of one lock, and says by its exit code that there is none")
    void show() {
        CliProcess.Result result = run("show", "orders:1").endedWith(0);
        assertThat(result.out())
                .contains(fingerprint("orders:1"), contended.fence().toString(), LocksOfTest.HOLDER)
                .doesNotContain("orders:1", contended.id().value());

        assertThat(run("show", "orders:1", "--raw").endedWith(0).out())
                .contains("orders:1", contended.id().value());

        CliProcess.Result absent = run("show", "nobody's", "--json").endedWith(1);
        assertThat(absent.json().get("locked").booleanValue()).isFalse();
    }

    @Test
    @DisplayName("REL-1 release by key frees the lock, after it has said what that means for its holder")
    void release() {
        HeldLock lock = locks.hold("to-release:by-key");

        CliProcess.Result result = run("release", "--key", "to-release:by-key", "--force", "--json")
                .endedWith(0);

        assertThat(result.json().get("released").booleanValue()).isTrue();
        assertThat(result.err()).contains(LocksOfTest.HOLDER, "is not told at once", "fencing token");
        assertThat(lock.release()).isFalse();
        run("release", "--key", "to-release:by-key", "--force").endedWith(1);
    }

    @Test
    @DisplayName("REL-1 release by id frees that lock; without a terminal and without --force it releases nothing")
    void releaseById() {
        HeldLock lock = locks.hold("to-release:by-id");
        assertThat(run("release", "--id", lock.id().value()).endedWith(2).err()).contains("--force");

        assertThat(run("release", "--id", lock.id().value(), "--force")
                        .endedWith(0)
                        .out())
                .isEqualTo("released\n");
        assertThat(lock.release()).isFalse();
    }

    @Test
    @DisplayName("RDS-11 fences counts counters")
    void fences() {
        CliProcess.Result result = run("fences").endedWith(0);
        assertThat(result.out()).matches("syncguard: \\d fence counters, \\d+ bytes \\(\\d+ each\\)\n");

        JsonNode json = run("fences", "--json").endedWith(0).json();
        assertThat(json.get("keyPrefix").textValue()).isEqualTo("syncguard");
        assertThat(json.get("counters").intValue()).isGreaterThanOrEqualTo(3);
    }

    @Test
    @DisplayName("doctor finds nothing to mend on a server that keeps everything, and leaves no lock of its own")
    void healthy() {
        CliProcess.Result result = run("doctor", "--write").endedWith(0);
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("appendonly yes, appendfsync always", "noeviction", "was acquired and released")
                .endsWith("nothing to mend\n")
                .doesNotContain("WARN", "FAIL");
        run("show", WriteCheck.KEY).endedWith(1);
    }

    @Test
    @DisplayName("doctor says what is to mend, and its exit code says that something is")
    void unhealthy() {
        try (RedisTestServer bad = RedisTestServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
            JsonNode json = CliProcess.run(Map.of(), "doctor", "--json", "--uri", LocksOfTest.patient(bad.uri()))
                    .endedWith(1)
                    .json();

            assertThat(json.get("toMend").intValue()).isEqualTo(2);
            assertThat(json.get("findings"))
                    .filteredOn(each -> each.get("status").textValue().equals("WARN"))
                    .extracting(each -> each.get("check").textValue())
                    .containsExactlyInAnyOrder("memory", "persistence");
        }
    }

    @Test
    @DisplayName("doctor reports a replica, and reports no failure to reach it")
    void replica() {
        try (RedisTestServer replica = RedisTestServer.start(
                "--replicaof", "127.0.0.1", Integer.toString(server.port()), "--masterauth", PASSWORD)) {
            CliProcess.Result result = CliProcess.run(Map.of(), "doctor", "--uri", LocksOfTest.patient(replica.uri()))
                    .endedWith(1);
            assertThat(result.out()).contains("FAIL  topology     this is a replica", "would refuse an acquire");
        }
    }

    @Test
    @DisplayName("watch prints a table for each refresh where there is no terminal, and a line of JSON if asked")
    void watch() {
        CliProcess.Result tables =
                run("watch", "orders:", "--every", "100ms", "--count", "2").endedWith(0);
        assertThat(tables.out().lines().filter(line -> line.endsWith("locks: 2  waiting: 1")))
                .hasSize(2);
        assertThat(tables.out()).doesNotContain("\u001b");

        CliProcess.Result json = run("watch", "orders:", "--every", "100ms", "--count", "2", "--json")
                .endedWith(0);
        assertThat(json.out().lines()).hasSize(2).allSatisfy(line -> {
            JsonNode one = new CliProcess.Result(0, line, "").json();
            assertThat(one.get("waiting").intValue()).isEqualTo(1);
            assertThat(one.get("locks").get(0).get("fingerprint").textValue()).isEqualTo(fingerprint("orders:1"));
        });
    }

    @Test
    @DisplayName("watch ends with 130 by Ctrl-C")
    void interrupted() throws IOException {
        assumeTrue(hearsInterrupts(), "this process, and so each that it starts, ignores SIGINT, or does not say");
        try (CliProcess watching = CliProcess.start(
                Map.of("SYNCGUARD_URI", LocksOfTest.patient(uri())), "", "watch", "--every", "100ms")) {
            watching.await("a table is there", out -> out.contains("locks: "));
            watching.interrupt();
            watching.result().endedWith(130);
        }
    }

    private static boolean hearsInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        Matcher ignored = Pattern.compile("SigIgn:\\s+(\\p{XDigit}+)")
                .matcher(Files.exists(status) ? Files.readString(status) : "");
        return ignored.find() && !new BigInteger(ignored.group(1), 16).testBit(1);
    }

    @Test
    @DisplayName("the URI may be the first line of a file or of the input")
    void files(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("uri"), LocksOfTest.patient(uri()) + "\nignored\n");
        assertThat(CliProcess.run(Map.of(), "list", "--uri-file", file.toString())
                        .endedWith(0)
                        .out())
                .contains(" locks");

        try (CliProcess started =
                CliProcess.start(Map.of(), LocksOfTest.patient(uri()) + "\n", "list", "--uri-file", "-")) {
            assertThat(started.result().endedWith(0).out()).contains(" locks");
        }
    }

    @Test
    @DisplayName("what the server refuses is one line and the exit code 3, without a password or a stack trace")
    void refused() {
        CliProcess.Result wrong = CliProcess.run(
                        Map.of("SYNCGUARD_URI", LocksOfTest.patient(uri().replace(PASSWORD, "wrong-phrase"))), "list")
                .endedWith(3);
        assertThat(wrong.err())
                .startsWith("syncguard: AUTH_FAILED")
                .contains(": WRONGPASS ")
                .hasLineCount(1)
                .doesNotContain("wrong-phrase");
        assertThat(wrong.out()).isEmpty();

        CliProcess.Result nobody = CliProcess.run(Map.of(), "doctor", "--uri", "redis://127.0.0.1:1")
                .endedWith(3);
        assertThat(nobody.err()).startsWith("syncguard: SERVICE_UNAVAILABLE").hasLineCount(1);
    }

    @Test
    @DisplayName("a password among the arguments is refused before anything is connected")
    void passwordInArguments() {
        CliProcess.Result result =
                CliProcess.run(Map.of(), "list", "--uri", uri()).endedWith(2);
        assertThat(result.err()).contains("SYNCGUARD_URI", "--uri-file").doesNotContain(PASSWORD);
        assertThat(result.out()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("KEY-5 a key that the locale cannot read is refused, because it would be another key")
    void locale() {
        Map<String, String> plain = Map.of("SYNCGUARD_URI", LocksOfTest.patient(uri()), "LC_ALL", "C");

        CliProcess.Result refused = CliProcess.runByShell(plain, "\"$@\" show \"$(printf '\\346\\227\\245')\"")
                .endedWith(2);

        assertThat(refused.err()).contains("LC_ALL=C.UTF-8");
        assertThat(refused.out()).isEmpty();
        CliProcess.run(plain, "show", "orders:1").endedWith(0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a result that cannot be written is no success")
    void fullDisk() {
        Map<String, String> environment = Map.of("SYNCGUARD_URI", LocksOfTest.patient(uri()));

        assertThat(CliProcess.codeWithout(new File("/dev/full"), environment, "list"))
                .isEqualTo(74);
    }
}
