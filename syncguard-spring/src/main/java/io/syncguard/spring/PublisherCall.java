package io.syncguard.spring;

import io.syncguard.LossPolicy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;

/** Acquires the locks of a call one inside the other at each subscription, and subscribes to the method's publisher inside of all. */
final class PublisherCall {
    private final LockedCall call;
    private final @Nullable ReactiveAdapter adapter;

    private PublisherCall(LockedCall call, @Nullable ReactiveAdapter adapter) {
        this.call = call;
        this.adapter = adapter;
    }

    /**
     * Returns what a method returns in place of its own publisher.
     *
     * @param subscription makes the call of each subscription
     * @param type what the method returns; null if the proxy makes a coroutine of the result
     * @param several whether the publisher may have more than one element
     */
    static Object of(Supplier<LockedCall> subscription, @Nullable Class<?> type, boolean several) {
        ReactiveAdapter adapter = type == null
                ? null
                : ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
        Flux<Object> all = Flux.defer(() -> new PublisherCall(subscription.get(), adapter).elements());
        // A single element waits for the release, so that it is withheld if the lock was lost.
        Publisher<Object> publisher =
                several || (adapter != null && adapter.isMultiValue()) ? all : all.singleOrEmpty();
        return adapter == null ? publisher : adapter.fromPublisher(publisher);
    }

    private Flux<Object> elements() {
        return from(0).onErrorResume(KeyTakenException.class, taken -> skipped());
    }

    private Publisher<Object> skipped() {
        Object skipped = call.skipped();
        if (skipped == null) {
            return Flux.empty();
        }
        ReactiveAdapter own = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, skipped);
        return own == null ? Flux.just(skipped) : own.toPublisher(skipped);
    }

    private Flux<Object> from(int position) {
        return position == call.locks() ? Flux.defer(this::proceed) : Flux.defer(() -> inside(position));
    }

    private Flux<Object> inside(int position) {
        LockRequest request = call.request(position);
        LockScope scope = LockScope.of(call, request);
        return Flux.usingWhen(
                        scope.lock(),
                        lock -> {
                            call.acquired(lock);
                            Flux<Object> inner = from(position + 1);
                            return request.options().lossPolicy() == LossPolicy.INTERRUPT
                                    ? scope.interruptible(inner)
                                    : inner;
                        },
                        lock -> scope.end(null),
                        (lock, failure) -> scope.end(failure),
                        lock -> scope.end(null))
                .onErrorMap(scope::outcome)
                .doFinally(signal -> scope.giveUp());
    }

    private Publisher<Object> proceed() {
        Object returned;
        try {
            returned = call.proceed();
        } catch (Throwable e) {
            return Flux.error(e);
        }
        if (adapter != null) {
            return adapter.toPublisher(returned);
        }
        return returned instanceof Publisher<?> publisher ? Flux.from(publisher) : Flux.empty();
    }
}
