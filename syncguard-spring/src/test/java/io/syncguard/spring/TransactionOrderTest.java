package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** The lock goes after the commit. */
class TransactionOrderTest {
    private static final int INCREMENTS = 20;

    /** Stops the first commit until a test lets it go on. */
    static class SlowCommits extends DataSourceTransactionManager {
        final CountDownLatch committing = new CountDownLatch(1);
        final CountDownLatch mayCommit = new CountDownLatch(1);

        SlowCommits(DataSource database) {
            super(database);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            committing.countDown();
            try {
                Await.on(mayCommit);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            super.doCommit(status);
        }
    }

    static class Counter {
        private final JdbcTemplate database;
        private final AtomicInteger reads = new AtomicInteger();

        Counter(JdbcTemplate database) {
            this.database = database;
        }

        /** Reads and writes in two steps, as code does that relies on its lock. */
        @Transactional
        @Locked(key = "counter", waitFor = "30s")
        public int increment() {
            int next = database.queryForObject("select n from counter", Integer.class) + 1;
            reads.incrementAndGet();
            database.update("update counter set n = ?", next);
            return next;
        }

        public int reads() {
            return reads.get();
        }
    }

    abstract static class Database {
        @Bean(destroyMethod = "dispose")
        JdbcConnectionPool database() {
            return JdbcConnectionPool.create(
                    "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000", "", "");
        }

        @Bean
        JdbcTemplate template(DataSource database) {
            JdbcTemplate template = new JdbcTemplate(database);
            template.execute("create table counter (n int)");
            template.update("insert into counter values (0)");
            return template;
        }

        @Bean
        SlowCommits transactions(DataSource database) {
            return new SlowCommits(database);
        }

        @Bean
        Counter counter(JdbcTemplate database) {
            return new Counter(database);
        }
    }

    @Configuration
    @EnableTransactionManagement
    @EnableLocked
    static class Default extends Database {}

    @Configuration
    @EnableTransactionManagement(order = EnableLocked.DEFAULT_ORDER)
    @EnableLocked
    static class SameOrder extends Database {}

    @Configuration
    @EnableLocked(order = Ordered.LOWEST_PRECEDENCE)
    @EnableTransactionManagement
    static class SameOrderFirst extends Database {}

    @Configuration
    @EnableLocked(order = 100)
    @EnableTransactionManagement(order = 50)
    static class Reversed extends Database {}

    /** Returns whether the key is free while the transaction of a holder is about to be committed. */
    private static boolean isFreeBeforeCommit(Application application) throws Exception {
        SlowCommits transactions = application.get(SlowCommits.class);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> call =
                    other.submit(() -> application.get(Counter.class).increment());
            Await.on(transactions.committing);
            boolean free = !application.isLocked("counter");
            transactions.mayCommit.countDown();
            assertThat(call.get(20, TimeUnit.SECONDS)).isOne();
            return free;
        } finally {
            transactions.mayCommit.countDown();
            other.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Default.class, SameOrder.class, SameOrderFirst.class})
    @DisplayName("the lock is held until the transaction is committed, also if both have the same order")
    void heldUntilCommit(Class<?> configuration) throws Exception {
        try (Application application = Application.started(configuration)) {
            assertThat(isFreeBeforeCommit(application)).isFalse();
            assertThat(increments(application)).isEqualTo(INCREMENTS + 1);
        }
    }

    /** Returns the count after many increments from several threads. */
    private static int increments(Application application) throws Exception {
        Counter counter = application.get(Counter.class);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < INCREMENTS; i++) {
                calls.add(threads.submit(counter::increment));
            }
            for (Future<Integer> call : calls) {
                assertThat(call.get(60, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            threads.shutdownNow();
        }
        return application.get(JdbcTemplate.class).queryForObject("select n from counter", Integer.class);
    }

    @Test
    @DisplayName(
            "a lock inside of the transaction lets the next holder in before the commit: it reads what is out of date")
    void reversed() throws Exception {
        try (Application application = Application.started(Reversed.class)) {
            SlowCommits transactions = application.get(SlowCommits.class);
            Counter counter = application.get(Counter.class);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<Integer> first = threads.submit(counter::increment);
                Await.on(transactions.committing);
                assertThat(application.isLocked("counter")).isFalse();
                Future<Integer> second = threads.submit(counter::increment);
                Await.until(() -> counter.reads() == 2);
                transactions.mayCommit.countDown();

                assertThat(first.get(20, TimeUnit.SECONDS)).isOne();
                assertThat(second.get(20, TimeUnit.SECONDS))
                        .as("an update was lost")
                        .isOne();
            } finally {
                transactions.mayCommit.countDown();
                threads.shutdownNow();
            }
        }
    }
}
