package io.syncguard.testcontainers;

import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A project whose tests need servers, run in a JVM with a class path and an environment of its own. */
final class NeedyTests {
    private NeedyTests() {}

    /** Runs a class that is named, and prints what becomes of it, and how long this JVM looked for its server. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        long begun = System.nanoTime();
        boolean none = TestServer.redis().obstacle().isPresent();
        long millis = (System.nanoTime() - begun) / 1_000_000;
        System.out.println("looked: " + none + " " + millis);
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(Class.forName(arguments[0])))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionSkipped(TestIdentifier test, String reason) {
                                System.out.println("skipped: " + reason);
                            }

                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable()
                                        .ifPresent(thrown -> System.out.println(result.getStatus() + ": "
                                                + String.valueOf(thrown.getMessage())
                                                        .replace('\n', ' ')));
                            }
                        });
        System.out.println("ran");
    }

    @WithSyncGuard(image = "valkey/valkey:9")
    static final class Guarded {
        @Test
        void uses(SyncGuard guard) {
            guard.run("key", () -> {});
        }
    }

    static final class Backend extends ContainerConformance {
        Backend() {
            super(TestServer.of("quay.io/coreos/etcd:v3.6.1", 2379));
        }

        @Override
        protected LockBackend createBackend(String address) {
            throw new AssertionError("there is no server at " + address);
        }
    }
}
