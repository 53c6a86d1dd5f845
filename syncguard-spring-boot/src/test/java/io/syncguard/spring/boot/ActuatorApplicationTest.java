package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.Fault;
import io.syncguard.memory.TestLocks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application with Actuator: what it tells of its locks, and how it ends. */
class ActuatorApplicationTest {
    private static final String STORE = "store" + UUID.randomUUID();
    private static ConfigurableApplicationContext application;

    private final HttpClient http = HttpClient.newHttpClient();

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {
        private final SyncGuard guard;
        private final CountDownLatch locked = new CountDownLatch(1);
        private final CountDownLatch ending = new CountDownLatch(1);

        Application(SyncGuard guard) {
            this.guard = guard;
        }

        @GetMapping("/work")
        String work() throws InterruptedException {
            return guard.call("work", lock -> {
                locked.countDown();
                assertThat(ending.await(60, TimeUnit.SECONDS)).isTrue();
                return "held=" + lock.isHeld();
            });
        }

        /** Tells that the web server is ending its requests. A guard that was closed before would have lost its locks. */
        @Bean
        static SmartLifecycle end(ObjectProvider<Application> application) {
            return new SmartLifecycle() {
                private boolean running;

                @Override
                public void start() {
                    running = true;
                }

                @Override
                public void stop() {
                    running = false;
                    application.getObject().ending.countDown();
                }

                @Override
                public boolean isRunning() {
                    return running;
                }

                @Override
                public int getPhase() {
                    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
                }
            };
        }
    }

    @BeforeAll
    static void start() {
        SpringApplication spring = new SpringApplication(Application.class);
        application = spring.run(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--syncguard.uri=memory:" + STORE,
                "--syncguard.holder=this test",
                "--management.health.redis.enabled=false",
                "--management.health.syncguard.timeout=200ms",
                "--management.endpoints.web.exposure.include=health,locks,metrics",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.locks.limit=2");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @AfterEach
    void recover() {
        TestLocks.named(STORE).recover();
        TestLocks.named(STORE).delayCalls(Duration.ZERO);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(
                        "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + path))
                .build();
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    @DisplayName("health is up with the backend and the latency, and down with the reason or after the timeout")
    void health() throws IOException, InterruptedException {
        assertThat(get("/actuator/health/syncguard"))
                .contains("\"status\":\"UP\"", "\"backend\":\"memory\"")
                .containsPattern("\"latency\":\"[0-9]+ ms\"");

        TestLocks.named(STORE).failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        assertThat(get("/actuator/health/syncguard"))
                .contains("\"status\":\"DOWN\"", "\"code\":\"SERVICE_UNAVAILABLE\"");
        assertThat(get("/actuator/health")).contains("\"status\":\"DOWN\"");

        TestLocks.named(STORE).recover();
        TestLocks.named(STORE).delayCalls(Duration.ofSeconds(2));
        assertThat(get("/actuator/health/syncguard"))
                .contains(
                        "\"status\":\"DOWN\"", "\"code\":\"NETWORK_TIMEOUT\"", "\"error\":\"no answer within 200 ms\"");
    }

    @Test
    @DisplayName("the locks endpoint lists who holds what, by fingerprints, up to the limit")
    void locks() throws IOException, InterruptedException {
        SyncGuard guard = application.getBean(SyncGuard.class);
        try (HeldLock one = guard.acquire("customer:personal-data")) {
            assertThat(get("/actuator/locks"))
                    .contains(
                            "\"backend\":\"memory\"",
                            "\"holder\":\"this test\"",
                            "\"fence\":" + one.fence().value(),
                            "\"keyFingerprint\":\""
                                    + guard.lookup(one.id()).orElseThrow().keyFingerprint() + "\"",
                            "\"complete\":true")
                    .doesNotContain(
                            "personal-data", one.id().toString(), one.id().value());
            try (HeldLock two = guard.acquire("two");
                    HeldLock three = guard.acquire("three")) {
                assertThat(get("/actuator/locks"))
                        .contains("\"complete\":false", "management.endpoint.locks.limit")
                        .matches(body -> body.split("\"fence\"").length == 3, "two locks");
            }
        }
    }

    @Test
    @DisplayName("meters and observations of locks are there by themselves")
    void meters() throws IOException, InterruptedException {
        SyncGuard guard = application.getBean(SyncGuard.class);
        guard.run("k", LockOptions.defaults().withName("reports"), () -> {});

        MeterRegistry registry = application.getBean(MeterRegistry.class);
        assertThat(registry.get("syncguard.locks.acquire")
                        .tags("name", "reports", "backend", "memory", "outcome", "succeeded")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("syncguard.hold").timers())
                .as("by an observation")
                .isNotEmpty();
        assertThat(get("/actuator/metrics/syncguard.locks.hold")).contains("\"statistic\":\"COUNT\"");
    }

    @Test
    @DisplayName("a request that holds a lock when the application ends is answered before the lock is released")
    void inFlight() throws Exception {
        try (ConfigurableApplicationContext ended = new SpringApplication(Application.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--management.health.redis.enabled=false",
                        "--spring.jmx.enabled=false",
                        "--syncguard.uri=memory:" + STORE + "-ends")) {
            HttpRequest work = HttpRequest.newBuilder(URI.create(
                            "http://localhost:" + ended.getEnvironment().getProperty("local.server.port") + "/work"))
                    .build();
            CompletableFuture<HttpResponse<String>> answer = http.sendAsync(work, HttpResponse.BodyHandlers.ofString());
            assertThat(ended.getBean(Application.class).locked.await(60, TimeUnit.SECONDS))
                    .isTrue();

            ended.close();

            assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("held=true");
            assertThat(TestLocks.named(STORE + "-ends").guard().isLocked("work"))
                    .isFalse();
        }
    }
}
