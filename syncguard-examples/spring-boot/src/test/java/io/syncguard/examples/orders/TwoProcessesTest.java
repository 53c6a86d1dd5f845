package io.syncguard.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** Two processes of the application on one Redis and one database. The last two tests end them. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoProcessesTest {
    private static final Duration LONG_TTL = Duration.ofMinutes(5);
    private static final Duration SHORT_TTL = Duration.ofSeconds(2);
    private static final Duration TOLERANCE = Duration.ofSeconds(1);
    private static final Duration MIN_HOLD = Duration.ofMillis(3500);
    private static final Duration REPORT_PERIOD = Duration.ofSeconds(4);

    @TempDir
    static Path folder;

    /** The last first. */
    private static final Deque<AutoCloseable> opened = new ArrayDeque<>();

    static LocalServers servers;
    static JdbcClient sql;
    static ApplicationProcess longProcess;
    static ApplicationProcess shortProcess;

    /** Its locks live for long. */
    static RunningApplication first;

    /** Its locks do not. */
    static RunningApplication second;

    @BeforeAll
    static void start() throws Exception {
        servers = opened(new LocalServers());
        sql = JdbcClient.create(new DriverManagerDataSource(servers.databaseUrl()));
        longProcess = opened(launch("first", LONG_TTL));
        shortProcess = opened(launch("second", SHORT_TTL));
        first = RunningApplication.await(longProcess, gates("first").resolve(GatedApplication.PORT_FILE));
        second = RunningApplication.await(shortProcess, gates("second").resolve(GatedApplication.PORT_FILE));
    }

    private static <T extends AutoCloseable> T opened(T one) {
        opened.push(one);
        return one;
    }

    private static ApplicationProcess launch(String name, Duration ttl) throws Exception {
        List<String> arguments = arguments(name, ttl);
        arguments.add("--sales-report.cron=*/" + REPORT_PERIOD.toSeconds() + " * * * * *");
        // Beside the reports of the tests, for those who look for the cause of a failure.
        Path log = Path.of("target", "process-" + name + ".log");
        return ApplicationProcess.start(GatedApplication.class, Redirect.to(log.toFile()), arguments);
    }

    private static List<String> arguments(String name, Duration ttl) throws Exception {
        List<String> arguments = new ArrayList<>(servers.properties());
        arguments.addAll(List.of(
                "--server.port=0",
                "--gates=" + Files.createDirectories(gates(name)),
                "--syncguard.holder=" + name,
                "--syncguard.locked.ttl=" + ttl.toMillis() + "ms",
                "--syncguard.locked.wait-for=60s",
                "--sales-report.min-hold=" + MIN_HOLD.toMillis() + "ms",
                "--spring.lifecycle.timeout-per-shutdown-phase=1s"));
        return arguments;
    }

    private static Path gates(String name) {
        return folder.resolve(name);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    /** Those of a test that failed. */
    @AfterEach
    void openGates() {
        for (String name : List.of("first", "second", "swapped")) {
            Gate.atBegin(gates(name)).open();
            Gate.atCommit(gates(name)).open();
        }
    }

    @Test
    @Order(1)
    @DisplayName(
            "requests to both processes change one order at the same time: nothing is lost, and fencing tokens rise")
    void concurrentRequests() {
        List<CompletableFuture<HttpResponse<String>>> items = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> payments = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            for (RunningApplication application : List.of(first, second)) {
                items.add(application.post("/orders/busy/items"));
                payments.add(application.post("/orders/busy/payments?amount=5"));
            }
        }
        items.forEach(TwoProcessesTest::succeeded);
        List<JsonNode> paid = payments.stream().map(TwoProcessesTest::succeeded).toList();

        JsonNode order = second.get("/orders/busy");
        assertThat(order.path("items").asInt()).isEqualTo(20);
        assertThat(order.path("paid").asInt()).isEqualTo(100);
        assertThat(order.path("fence").asLong()).isEqualTo(fences(paid).get(19));
        assertThat(fences(paid)).doesNotHaveDuplicates();
        // In the order in which they were paid.
        List<JsonNode> inOrder = paid.stream()
                .sorted((a, b) -> a.path("paid").asInt() - b.path("paid").asInt())
                .toList();
        assertThat(inOrder).extracting(answer -> answer.path("paid").asInt()).doesNotHaveDuplicates();
        assertThat(inOrder).extracting(answer -> answer.path("fence").asLong()).isEqualTo(fences(paid));
    }

    private static List<Long> fences(List<JsonNode> orders) {
        return orders.stream()
                .map(order -> order.path("fence").asLong())
                .sorted()
                .toList();
    }

    @Test
    @Order(2)
    @DisplayName("both processes are healthy, and meters count")
    void operations() {
        for (RunningApplication application : List.of(first, second)) {
            succeeded(application.post("/orders/counted/items"));
            JsonNode guard =
                    application.get("/actuator/health").path("components").path("syncguard");
            assertThat(guard.path("status").asString()).isEqualTo("UP");
            assertThat(count(application, "syncguard.locks.hold?tag=name:Cart.addItem"))
                    .isPositive();
        }
    }

    @Test
    @Order(3)
    @DisplayName("the lock is kept until the commit: another process does not begin before")
    void lockOutsideOfTransaction() {
        succeeded(first.post("/orders/delayed/items"));
        Gate commit = Gate.atCommit(gates("first"));
        commit.close();
        var delayed = first.post("/orders/delayed/items");
        commit.awaitArrival();
        var waiting = second.post("/orders/delayed/items");

        Await.until(
                "the other process waits for the lock",
                () -> lock(second, "order-delayed").path("waiting").asInt() == 1);
        assertThat(lock(second, "order-delayed").path("holder").asString()).isEqualTo("first");
        assertThat(waiting).isNotDone();
        commit.open();

        assertThat(succeeded(delayed).path("items").asInt()).isEqualTo(2);
        assertThat(succeeded(waiting).path("items").asInt()).isEqualTo(3);
    }

    @Test
    @Order(4)
    @DisplayName(
            "with the transaction outside of the lock, the next holder reads before the commit, and an item is lost")
    void transactionOutsideOfLock() throws Exception {
        List<String> arguments = arguments("swapped", LONG_TTL);
        arguments.add("--spring.profiles.active=transaction-outside-of-lock");
        arguments.add("--sales-report.cron=-");
        try (ConfigurableApplicationContext context = GatedApplication.start(arguments.toArray(String[]::new))) {
            RunningApplication swapped = new RunningApplication(
                    context.getEnvironment().getRequiredProperty("local.server.port", int.class));
            succeeded(swapped.post("/orders/swapped/items"));
            Gate commit = Gate.atCommit(gates("swapped"));
            commit.close();
            var delayed = swapped.post("/orders/swapped/items");
            commit.awaitArrival();
            assertThat(lock(first, "order-swapped").isMissingNode()).isTrue();
            var next = swapped.post("/orders/swapped/items");

            Await.until(
                    "it has read, and waits for the row that it wants to write",
                    () -> sql.sql("select count(*) from information_schema.sessions where blocker_id is not null")
                                    .query(Integer.class)
                                    .single()
                            == 1);
            commit.open();

            assertThat(succeeded(delayed).path("items").asInt()).isEqualTo(2);
            assertThat(succeeded(next).path("items").asInt()).isEqualTo(2);
        }
    }

    @Test
    @Order(5)
    @DisplayName("the job of both processes runs once in each period")
    void scheduledJob() {
        Await.until(
                "both are done with some periods",
                () -> reports() >= 2 && attempts(first) >= 2 && attempts(second) >= 2);

        List<Integer> inOnePeriod = sql.sql("select count(*) from sales_reports"
                        + " group by floor(extract(epoch from written_at) / " + REPORT_PERIOD.toSeconds() + ")")
                .query(Integer.class)
                .list();
        assertThat(inOnePeriod).containsOnly(1);
        assertThat(skipped(first) + skipped(second)).isPositive();
        Await.until("the key stays locked for the minimum hold when the job is done", () -> {
            long millis = lock(first, "sales-report").path("remainingMillis").asLong(Long.MAX_VALUE);
            // While the job works, that is nearly the ttl of a minute.
            return millis <= MIN_HOLD.toMillis();
        });
    }

    private static int reports() {
        return sql.sql("select count(*) from sales_reports")
                .query(Integer.class)
                .single();
    }

    private static double attempts(RunningApplication application) {
        return count(application, "syncguard.locks.acquire?tag=name:SalesReport.write");
    }

    private static double skipped(RunningApplication application) {
        return count(application, "syncguard.locks.acquire?tag=name:SalesReport.write&tag=outcome:contended");
    }

    @Test
    @Order(6)
    @DisplayName("a process that stalled for longer than its lock lives is refused by the database")
    void stalledProcess() throws Exception {
        Gate begin = Gate.atBegin(gates("second"));
        begin.close();
        var late = second.post("/orders/stalled/payments?amount=1");
        begin.awaitArrival();
        shortProcess.suspend();
        JsonNode paid = succeeded(first.post("/orders/stalled/payments?amount=2"));
        begin.open();
        shortProcess.resume();

        HttpResponse<String> refused = late.join();
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(RunningApplication.body(refused).path("title").asString()).isEqualTo("STALE_FENCE");
        assertThat(first.get("/orders/stalled")).isEqualTo(paid);
    }

    @Test
    @Order(7)
    @DisplayName("another process has the lock of one that was killed after its ttl and a second")
    void killedProcess() throws Exception {
        succeeded(second.post("/orders/killed/payments?amount=1"));
        Gate commit = Gate.atCommit(gates("second"));
        commit.close();
        second.post("/orders/killed/payments?amount=1");
        commit.awaitArrival();
        long fence = lock(first, "order-killed").path("fence").asLong();
        shortProcess.kill();
        long killed = System.nanoTime();
        assertThat(lock(first, "order-killed").path("holder").asString()).isEqualTo("second");

        JsonNode order = succeeded(first.post("/orders/killed/payments?amount=1"));
        Duration waited = Duration.ofNanos(System.nanoTime() - killed);

        assertThat(waited).isBetween(TOLERANCE, SHORT_TTL.plus(TOLERANCE).plusSeconds(5));
        assertThat(order.path("fence").asLong()).isGreaterThan(fence);
        assertThat(order.path("paid").asInt())
                .as("what was not committed is undone")
                .isEqualTo(2);
    }

    @Test
    @Order(8)
    @DisplayName("a process that is told to end gives its locks back at once")
    void terminatedProcess() throws Exception {
        Gate commit = Gate.atCommit(gates("first"));
        commit.close();
        first.post("/orders/ended/items");
        commit.awaitArrival();
        try (SyncGuard others = SyncGuard.connect(servers.locksUri() + "&keyPrefix=orders")) {
            assertThat(others.lookup("order-ended").orElseThrow().remaining()).isGreaterThan(Duration.ofMinutes(2));
            longProcess.terminate();

            others.acquire("order-ended", LockOptions.defaults().withTimeout(Duration.ofSeconds(60)))
                    .close();
        }
        assertThat(longProcess.awaitExit()).isEqualTo(128 + 15);
    }

    private static JsonNode succeeded(CompletableFuture<HttpResponse<String>> response) {
        HttpResponse<String> answer = response.join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningApplication.body(answer);
    }

    private static JsonNode lock(RunningApplication application, String key) {
        JsonNode locks = application.get("/actuator/locks").path("locks");
        return StreamSupport.stream(locks.spliterator(), false)
                .filter(lock -> lock.path("key").asString().equals(key))
                .findFirst()
                .orElse(locks.path(key));
    }

    private static double count(RunningApplication application, String meter) {
        JsonNode measurements = application.get("/actuator/metrics/" + meter).path("measurements");
        return measurements.path(0).path("value").asDouble(0);
    }
}
