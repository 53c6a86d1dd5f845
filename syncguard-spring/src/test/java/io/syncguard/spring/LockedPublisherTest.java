package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockLostException;
import io.syncguard.LossPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Methods that return publishers. */
class LockedPublisherTest {
    private static final AtomicInteger CALLED = new AtomicInteger();
    private static final AtomicInteger CANCELLED = new AtomicInteger();
    private static final AtomicInteger ADVISED = new AtomicInteger();

    private static Application application;
    private static Feed feed;
    private static Sinks.Many<String> source;

    static class Feed {
        @Locked("feed-#{#number}")
        public Mono<String> one(String number) {
            CALLED.incrementAndGet();
            return Mono.deferContextual(
                    context -> Mono.just(application.isLocked("feed-" + number) + context.getOrDefault("user", "")));
        }

        @Locked("feed-1")
        public Flux<String> many() {
            CALLED.incrementAndGet();
            return source.asFlux().doOnCancel(CANCELLED::incrementAndGet);
        }

        @Locked("feed-1")
        public Mono<String> throwing() {
            throw new IllegalStateException("on purpose");
        }

        @Locked("feed-1")
        public Mono<Boolean> fence(@Nullable FenceToken fence, @Nullable AsyncHeldLock lock) {
            return Mono.just(fence.equals(lock.fence()));
        }

        @Locked(key = "feed-1", waitFor = "1ms")
        public Mono<String> impatient() {
            CALLED.incrementAndGet();
            return Mono.just("ran");
        }

        @Locked(key = "feed-1", ifLocked = IfLocked.SKIP)
        public Mono<String> skips() {
            return Mono.just("ran");
        }

        @Locked(key = "feed-1", ifLocked = IfLocked.SKIP, waitFor = "1ms")
        public Flux<String> skipsMany() {
            return Flux.just("ran", "twice");
        }

        @Locked(key = "feed-1", ifLocked = IfLocked.SKIP, skipped = "busy")
        public Mono<String> skipsWithText() {
            return Mono.just("ran");
        }

        @Locked(key = "feed-1", ttl = "3s", heartbeat = false)
        public Mono<String> brief() {
            return source.asFlux().next();
        }

        @Locked(key = "feed-1", ttl = "3s", lossPolicy = LossPolicy.INTERRUPT)
        public Flux<String> interrupted() {
            return many();
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        /** Advice inside of the lock, as that of a transaction is. */
        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor inside() {
            NameMatchMethodPointcutAdvisor inside = new NameMatchMethodPointcutAdvisor((MethodInterceptor) call -> {
                ADVISED.incrementAndGet();
                return call.proceed();
            });
            inside.setMappedName("one");
            return inside;
        }

        @Bean
        Feed feed() {
            return new Feed();
        }

        @Bean
        LockedDefaults defaults() {
            return LockedDefaults.defaults().withWaitFor(Duration.ofMinutes(2));
        }
    }

    @BeforeAll
    static void start() {
        application = Application.started(Beans.class);
        feed = application.get(Feed.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void begin() {
        CALLED.set(0);
        CANCELLED.set(0);
        ADVISED.set(0);
        source = Sinks.many().unicast().onBackpressureBuffer();
        application.holds().clear();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(Await.PATIENCE);
    }

    @Test
    @DisplayName("each subscription acquires the lock, and nothing happens before one")
    void eachSubscription() {
        Mono<String> one = feed.one("1");

        assertThat(CALLED).hasValue(0);
        assertThat(application.holds()).isEmpty();
        assertThat(get(one)).isEqualTo("true");
        assertThat(get(one)).isEqualTo("true");
        assertThat(CALLED).hasValue(2);
        assertThat(ADVISED).hasValue(2);
        assertThat(application.holds())
                .containsExactly("acquired feed-1", "released feed-1", "acquired feed-1", "released feed-1");
    }

    @Test
    @DisplayName("the context of the subscriber arrives at the method's publisher")
    void context() {
        assertThat(get(feed.one("1").contextWrite(context -> context.put("user", " for me"))))
                .isEqualTo("true for me");
    }

    @Test
    @DisplayName("a flux keeps the lock until it is complete, and its elements pass meanwhile")
    void many() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Disposable subscription =
                feed.many().doOnComplete(() -> seen.add("complete")).subscribe(seen::add);

        source.tryEmitNext("a");
        source.tryEmitNext("b");
        assertThat(seen).containsExactly("a", "b");
        assertThat(application.isLocked("feed-1")).isTrue();
        source.tryEmitComplete();
        assertThat(seen).containsExactly("a", "b", "complete");
        assertThat(application.isLocked("feed-1")).isFalse();
        assertThat(subscription.isDisposed()).isTrue();
    }

    @Test
    @DisplayName("an error releases the lock and arrives as it is, thrown or signalled")
    void failure() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        Flux<String> many = feed.many();
        source.tryEmitError(failure);

        assertThatThrownBy(() -> many.blockLast(Await.PATIENCE)).isSameAs(failure);
        assertThat(application.isLocked("feed-1")).isFalse();
        assertThatThrownBy(() -> get(feed.throwing())).hasMessage("on purpose");
        assertThat(application.isLocked("feed-1")).isFalse();
    }

    @Test
    @DisplayName("cancelling a subscription cancels the method's publisher and releases the lock")
    void cancelledWork() throws InterruptedException {
        Disposable subscription = feed.many().subscribe();
        assertThat(application.isLocked("feed-1")).isTrue();

        subscription.dispose();

        Await.until(() -> !application.isLocked("feed-1"));
        assertThat(CANCELLED).hasValue(1);
    }

    @Test
    @DisplayName("cancelling a subscription that waits ends the wait")
    void cancelledWait() throws InterruptedException {
        try (HeldLock held = application.elsewhere().acquire("feed-1")) {
            assertThat(held.isHeld()).isTrue();
            Disposable subscription = feed.many().subscribe();
            assertThat(application.acquiring()).isOne();
            subscription.dispose();
            Await.until(() -> application.acquiring() == 0);
        }
        assertThat(application.elsewhere().tryRun("feed-1", () -> {})).isTrue();
        assertThat(CALLED).hasValue(0);
        assertThat(application.holds()).isEmpty();
    }

    @Test
    @DisplayName("a subscription that takes what it needs releases the lock")
    void takes() throws InterruptedException {
        Flux<String> many = feed.many();
        source.tryEmitNext("a");

        assertThat(many.blockFirst(Await.PATIENCE)).isEqualTo("a");
        Await.until(() -> !application.isLocked("feed-1"));
    }

    @Test
    @DisplayName("a subscription waits without a thread, and begins when the lock is free")
    void waits() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (HeldLock held = application.elsewhere().acquire("feed-1")) {
            feed.one("1").subscribe(seen::add);
            assertThat(held.isHeld() && CALLED.get() == 0).isTrue();
        }
        Await.until(() -> seen.equals(List.of("true")));
    }

    @Test
    @DisplayName("failures of the lock are signalled, a key without a value too")
    void lockFailure() {
        assertThatThrownBy(() -> get(feed.one(null))).isInstanceOf(InvalidArgumentException.class);
        application.elsewhere().run("feed-1", () -> assertThatThrownBy(() -> get(feed.impatient()))
                .isInstanceOf(AcquisitionTimeoutException.class));
        assertThat(CALLED).hasValue(0);
    }

    @Test
    @DisplayName("a skipped subscription is empty, or has what the annotation says")
    void skipped() {
        application.elsewhere().run("feed-1", () -> {
            assertThat(get(feed.skips())).isNull();
            assertThat(get(feed.skipsMany().collectList())).isEmpty();
            assertThat(get(feed.skipsWithText())).isEqualTo("busy");
        });
        assertThat(get(feed.skips())).isEqualTo("ran");
        assertThat(get(feed.skipsMany().collectList())).containsExactly("ran", "twice");
    }

    @Test
    @DisplayName("a parameter receives the lock or its fencing token")
    void fence() {
        assertThat(get(feed.fence(null, null))).isTrue();
    }

    @Test
    @DisplayName("the element of a mono is withheld if the lock was lost")
    void lost() {
        Mono<String> brief = feed.brief();
        List<Object> seen = new CopyOnWriteArrayList<>();
        brief.subscribe(seen::add, seen::add);
        application.locks().advance(Duration.ofSeconds(30));
        source.tryEmitNext("a");

        assertThat(seen).singleElement().isInstanceOf(LockLostException.class);
    }

    @Test
    @DisplayName("a lost lock may interrupt the work: it cancels the method's publisher")
    void interrupted() throws InterruptedException {
        List<Object> seen = new CopyOnWriteArrayList<>();
        feed.interrupted().subscribe(seen::add, seen::add);
        application.locks().loseLock("feed-1");
        application.locks().advance(Duration.ofMillis(1_100));

        Await.until(() -> !seen.isEmpty());
        assertThat(seen).singleElement().isInstanceOf(LockLostException.class);
        assertThat(CANCELLED).hasValue(1);
    }
}
