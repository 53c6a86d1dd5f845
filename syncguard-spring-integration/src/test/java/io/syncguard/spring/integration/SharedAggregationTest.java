package io.syncguard.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.store.MessageGroup;
import org.springframework.integration.store.SimpleMessageStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.PollableChannel;

/** Two aggregators with a common store of messages, each with a registry of its own, as in two processes. */
@Timeout(120)
class SharedAggregationTest {
    private static final int GROUPS = 50;
    private static final int SIZE = 4;

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Flows.class);

    @AfterEach
    void close() {
        context.close();
    }

    @Configuration
    @EnableIntegration
    static class Flows {
        private final TestLocks locks = TestLocks.create();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger mostInside = new AtomicInteger();

        @Bean
        SyncGuard guard() {
            return locks.guard();
        }

        @Bean
        SyncGuard guardElsewhere() {
            return locks.guard();
        }

        // In docs/moving.md.
        @Bean
        LockRegistry<?> lockRegistry(SyncGuard guard) {
            return new SyncGuardLockRegistry(guard, "orders");
        }

        @Bean
        LockRegistry<?> lockRegistryElsewhere(SyncGuard guardElsewhere) {
            return new SyncGuardLockRegistry(guardElsewhere, "orders");
        }

        @Bean
        SimpleMessageStore store() {
            return new SimpleMessageStore();
        }

        @Bean
        PollableChannel out() {
            return new QueueChannel();
        }

        @Bean
        IntegrationFlow here(SimpleMessageStore store, LockRegistry<?> lockRegistry) {
            return flow("here.in", store, lockRegistry);
        }

        @Bean
        IntegrationFlow elsewhere(SimpleMessageStore store, LockRegistry<?> lockRegistryElsewhere) {
            return flow("elsewhere.in", store, lockRegistryElsewhere);
        }

        private IntegrationFlow flow(String in, SimpleMessageStore store, LockRegistry<?> registry) {
            return IntegrationFlow.from(in)
                    .aggregate(aggregator -> aggregator
                            .lockRegistry(registry)
                            .messageStore(store)
                            .expireGroupsUponCompletion(false)
                            .releaseStrategy(this::isComplete))
                    .channel("out")
                    .get();
        }

        /** Runs under the lock of the group. */
        private boolean isComplete(MessageGroup group) {
            if (group.getGroupId().equals("watched")) {
                mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.yield();
                inside.decrementAndGet();
                return false;
            }
            return group.size() == SIZE;
        }
    }

    @Test
    @DisplayName("each group is released once and complete, and one aggregator at a time is in a group")
    void aggregates() throws InterruptedException {
        MessageChannel here = context.getBean("here.in", MessageChannel.class);
        MessageChannel elsewhere = context.getBean("elsewhere.in", MessageChannel.class);
        PollableChannel out = context.getBean("out", PollableChannel.class);
        AtomicInteger failed = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            MessageChannel in = i % 2 == 0 ? here : elsewhere;
            int member = i;
            threads.add(new Thread(() -> {
                try {
                    for (int group = 0; group < GROUPS; group++) {
                        in.send(message("group:" + group, member));
                        in.send(message("watched", member));
                    }
                } catch (RuntimeException e) {
                    failed.incrementAndGet();
                    throw e;
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(60_000);
        }

        assertThat(failed).hasValue(0);
        TreeSet<Object> seen = new TreeSet<>();
        for (Message<?> next = out.receive(0); next != null; next = out.receive(0)) {
            Object group = next.getHeaders().get("correlationId");
            assertThat(seen.add(group)).as("released once").isTrue();
            assertThat((List<?>) next.getPayload()).hasSize(SIZE);
        }
        assertThat(seen).hasSize(GROUPS);
        assertThat(context.getBean(Flows.class).mostInside).hasValue(1);
    }

    @Test
    @DisplayName("docs/moving.md shows the bean of this test, and so does the Javadoc")
    void documented() throws Exception {
        String bean =
                """
                @Bean
                LockRegistry<?> lockRegistry(SyncGuard guard) {
                    return new SyncGuardLockRegistry(guard, "orders");
                }
                """;
        String packaged = "java/io/syncguard/spring/integration/";
        assertThat(Files.readString(Path.of("src/test/" + packaged + "SharedAggregationTest.java")))
                .contains(bean.indent(8));
        assertThat(Files.readString(Path.of("../docs/moving.md"))).contains("```java\n" + bean + "```");
        assertThat(Files.readString(Path.of("src/main/" + packaged + "SyncGuardLockRegistry.java")))
                .contains(bean.lines().map(line -> " * " + line + "\n").reduce("", String::concat));
    }

    private static Message<Integer> message(String group, int member) {
        return MessageBuilder.withPayload(member).setCorrelationId(group).build();
    }
}
