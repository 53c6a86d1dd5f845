package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.SyncGuard;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** A guard whose methods all return null, as those of a mock do. */
class MockedGuardTest {
    @Configuration
    @EnableLocked
    static class Beans {
        @Bean(destroyMethod = "")
        SyncGuard guard() {
            return (SyncGuard) Proxy.newProxyInstance(
                    SyncGuard.class.getClassLoader(),
                    new Class<?>[] {SyncGuard.class},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> 1;
                        default -> null;
                    });
        }

        @Bean
        Work work() {
            return new Work();
        }
    }

    static class Work {
        @Locked("a")
        public String waits() {
            return "done";
        }

        @Locked(key = "a", ifLocked = IfLocked.SKIP)
        public String tries() {
            return "done";
        }

        @Locked("a")
        public CompletableFuture<String> later() {
            return CompletableFuture.completedFuture("done");
        }

        @Locked("a")
        public Mono<String> reactively() {
            return Mono.just("done");
        }
    }

    @Test
    @DisplayName("the failure says which method of the guard returned null, and what to use instead")
    void told() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Beans.class)) {
            Work work = context.getBean(Work.class);

            assertThatThrownBy(work::waits)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(
                            "returned null from call(String, LockOptions, LockedFunction)", "TestLocks");
            assertThatThrownBy(work::tries)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("returned null from tryCall(String, LockOptions, LockedFunction)");
            assertThatThrownBy(work::later)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("returned null from async()");
            assertThatThrownBy(() -> work.reactively().block())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("returned null from async()");
        }
    }
}
