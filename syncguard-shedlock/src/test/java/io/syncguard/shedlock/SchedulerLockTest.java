package io.syncguard.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** ShedLock's annotations with the one bean that changes. */
@Timeout(60)
class SchedulerLockTest {
    private static final TestLocks LOCKS = TestLocks.create();

    @Configuration
    @EnableSchedulerLock(defaultLockAtMostFor = "PT30S")
    static class Jobs {
        @Bean
        SyncGuard guard() {
            return LOCKS.guard();
        }

        // In docs/moving.md.
        @Bean
        LockProvider lockProvider(SyncGuard guard) {
            return new SyncGuardLockProvider(guard).withKeyPrefix("jobs");
        }

        @Bean
        Report report() {
            return new Report();
        }
    }

    static class Report {
        private final AtomicInteger runs = new AtomicInteger();

        @SchedulerLock(name = "nightly-report")
        public void write() {
            runs.incrementAndGet();
        }

        public int runs() {
            return runs.get();
        }
    }

    @Test
    @DisplayName("an annotated method runs under the lock, and not while another process has it")
    void annotated() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Jobs.class);
                SyncGuard elsewhere = LOCKS.guard()) {
            Report report = context.getBean(Report.class);
            report.write();
            assertThat(report.runs()).isEqualTo(1);
            try (HeldLock taken = elsewhere.acquire("jobs:nightly-report")) {
                assertThat(taken.isHeld()).isTrue();
                report.write();
            }
            assertThat(report.runs()).isEqualTo(1);
            report.write();
            assertThat(report.runs()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("docs/moving.md shows the bean of this test, and so does the Javadoc")
    void documented() throws Exception {
        String bean =
                """
                @Bean
                LockProvider lockProvider(SyncGuard guard) {
                    return new SyncGuardLockProvider(guard).withKeyPrefix("jobs");
                }
                """;
        assertThat(Files.readString(Path.of("src/test/java/io/syncguard/shedlock/SchedulerLockTest.java")))
                .contains(bean.indent(8));
        assertThat(Files.readString(Path.of("../docs/moving.md"))).contains("```java\n" + bean + "```");
        assertThat(Files.readString(Path.of("src/main/java/io/syncguard/shedlock/SyncGuardLockProvider.java")))
                .contains(bean.lines().map(line -> " * " + line + "\n").reduce("", String::concat));
    }
}
