package io.syncguard.spring;

import io.syncguard.FenceToken;
import io.syncguard.GuardOptions;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A context with a guard on locks in memory, and another process that shares the locks. */
final class Application implements AutoCloseable {
    private final TestLocks locks = TestLocks.create();
    private final SyncGuard elsewhere = locks.guard();
    private final List<String> holds = new CopyOnWriteArrayList<>();
    private final AtomicInteger acquiring = new AtomicInteger();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    /** Makes one that is not started. */
    static Application of(Class<?>... beans) {
        Application application = new Application();
        GuardOptions observed =
                GuardOptions.defaults().withObserver(application.new Recorder()).withKeysShown();
        application.context.registerBean("guard", SyncGuard.class, () -> application.locks.guard(observed));
        application.context.register(beans);
        return application;
    }

    static Application started(Class<?>... beans) {
        return of(beans).start();
    }

    Application with(Map<String, Object> properties) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        return this;
    }

    Application start() {
        try {
            context.refresh();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        return this;
    }

    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    AnnotationConfigApplicationContext context() {
        return context;
    }

    TestLocks locks() {
        return locks;
    }

    /** Another process. */
    SyncGuard elsewhere() {
        return elsewhere;
    }

    /** What the application's guard has acquired and released, with keys. */
    List<String> holds() {
        return holds;
    }

    /** How many acquires of the application's guard are under way. */
    int acquiring() {
        return acquiring.get();
    }

    boolean isLocked(String key) {
        return elsewhere.isLocked(key);
    }

    @Override
    public void close() {
        context.close();
        elsewhere.close();
    }

    private final class Recorder implements LockObserver {
        @Override
        public @Nullable Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock) {
            return operation != LockOperation.ACQUIRE
                    ? null
                    : new Operation() {
                        {
                            acquiring.incrementAndGet();
                        }

                        @Override
                        public void ended(LockEvent event, Optional<LockException> failure) {
                            acquiring.decrementAndGet();
                        }

                        @Override
                        public Hold granted(LockLabel granted, FenceToken fence) {
                            holds.add("acquired " + granted.key().orElseThrow());
                            return (HoldEvent event) ->
                                    holds.add("released " + granted.key().orElseThrow());
                        }
                    };
        }
    }
}
