package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.cli.Finding.Status;
import io.syncguard.redis.common.RedisServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says of what servers tell. */
class RedisChecksTest {
    private static final String GOOD = "redis_version:7.0.15\r\nrole:master\r\nconnected_slaves:1\r\n"
            + "slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0\r\n"
            + "maxmemory:1000\r\nused_memory:100\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n";
    private static final Map<String, String> SETTINGS =
            Map.of("save", "", "appendfsync", "always", "min-replicas-to-write", "1");

    private static RedisServerState server(String info) {
        return server(info, SETTINGS, Optional.of(Set.of()));
    }

    private static RedisServerState server(String info, Map<String, String> settings, Optional<Set<String>> refused) {
        return new RedisServerState(info, Optional.empty(), Duration.ZERO, Duration.ZERO, refused, settings);
    }

    private static RedisServerState node(String name, long aheadMillis) {
        return new RedisServerState(
                GOOD,
                Optional.of(name),
                Duration.ofMillis(aheadMillis),
                Duration.ofMillis(5),
                Optional.of(Set.of()),
                SETTINGS);
    }

    private static List<Finding> found(RedisServerState... servers) {
        Findings findings = new Findings();
        new RedisChecks(List.of(servers), findings).run();
        return findings.all();
    }

    private static List<Finding> toMend(RedisServerState... servers) {
        return found(servers).stream().filter(each -> each.status().isToMend()).toList();
    }

    @Test
    @DisplayName("of a server that is as it should be everything is well")
    void good() {
        assertThat(found(server(GOOD))).extracting(Finding::status).containsOnly(Status.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis_version:7.0.15|redis_version:6.0.16|FAIL|version|6.2",
                "role:master|role:slave|FAIL|topology|replica",
                "state=online|state=wait_bgsave|WARN|replicas|0 of 1",
                "maxmemory_policy:noeviction|maxmemory_policy:allkeys-lru|WARN|memory|evict",
                "used_memory:100|used_memory:950|WARN|memory|95 %",
                "aof_enabled:1|aof_enabled:0|WARN|persistence|keeps nothing on disk",
                "aof_enabled:1|aof_enabled:1 aof_last_write_status:err|FAIL|persistence|cannot be written",
                "role:master|role:master cluster_enabled:1 cluster_state:fail|FAIL|topology|down",
                "redis_version:7.0.15|redis_version:6.2.1 cluster_enabled:1|WARN|version|waiters"
            })
    @DisplayName("each thing that is to mend is one finding")
    void bad(String good, String bad, Status status, String check, String said) {
        assertThat(toMend(server(GOOD.replace(good, bad.replace(" ", "\r\n")))))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.status()).isEqualTo(status);
                    assertThat(finding.check()).isEqualTo(check);
                    assertThat(finding.text() + finding.advice()).contains(said);
                });
    }

    @ParameterizedTest
    @CsvSource({"always,OK", "everysec,OK", "no,WARN"})
    @DisplayName("appendfsync decides what a crash loses")
    void appendfsync(String value, Status status) {
        assertThat(found(server(GOOD, Map.of("appendfsync", value), Optional.of(Set.of()))))
                .filteredOn(each -> each.check().equals("persistence"))
                .extracting(Finding::status)
                .containsExactly(status);
    }

    @Test
    @DisplayName("a server with save points and no append-only file loses locks, and so does one that keeps that back")
    void savePoints() {
        String off = GOOD.replace("aof_enabled:1", "aof_enabled:0");
        assertThat(toMend(server(off, Map.of("save", "3600 1"), Optional.of(Set.of()))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("save point"));
        assertThat(toMend(server(off, Map.of(), Optional.of(Set.of()))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("CONFIG is refused"));
    }

    @Test
    @DisplayName("rights that locks need fail, those of waiters warn, and those of tools are a note")
    void rights() {
        List<Finding> found = found(server(GOOD, SETTINGS, Optional.of(Set.of("set", "publish", "memory|usage"))));
        assertThat(found)
                .filteredOn(each -> each.check().equals("rights"))
                .extracting(each ->
                        each.status() + " " + each.text().substring(each.text().lastIndexOf(' ') + 1))
                .containsExactly("FAIL set", "WARN publish", "NOTE memory|usage");
    }

    @Test
    @DisplayName("what a server keeps back is said to be not checked")
    void unknown() {
        List<Finding> found = found(server("", Map.of(), Optional.empty()));
        assertThat(found).noneMatch(each -> each.status().isToMend());
        assertThat(found)
                .filteredOn(each -> each.check().equals("not checked"))
                .extracting(Finding::text)
                .anySatisfy(text -> assertThat(text).contains("INFO is refused"))
                .anySatisfy(text -> assertThat(text).contains("rights"));
    }

    @Test
    @DisplayName("TIME-1 clocks of masters that are further apart than the tolerance, beyond doubt, are to mend")
    void clocks() {
        assertThat(toMend(node("a:1", 0), node("b:1", 1_005))).isEmpty();
        assertThat(toMend(node("a:1", -600), node("b:1", 600)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("a:1", "b:1", "1200 ms apart"));
    }

    @Test
    @DisplayName("each section that findings name is in the documentation")
    void sections() throws IOException {
        Pattern section = Pattern.compile("\"(docs/[a-z]+\\.md)#([a-z0-9-]+)\"");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<Path> files =
                    sources.filter(each -> each.toString().endsWith(".java")).toList();
            int named = 0;
            for (Path file : files) {
                for (var found : (Iterable<MatchResult>)
                        section.matcher(Files.readString(file)).results()::iterator) {
                    named++;
                    assertThat(anchors(Path.of("..", found.group(1))))
                            .as(file.toString())
                            .contains(found.group(2));
                }
            }
            assertThat(named).isGreaterThan(8);
        }
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
