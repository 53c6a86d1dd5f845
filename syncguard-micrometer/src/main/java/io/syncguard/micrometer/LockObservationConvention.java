package io.syncguard.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockLabel;
import java.util.Locale;
import java.util.Optional;

/**
 * The key values of observations of locks, and the names of spans. Thread-safe. Extend it to change some, and give that
 * to {@link LockObservations#on(io.micrometer.observation.ObservationRegistry, LockObservationConvention)}.
 *
 * <table>
 *   <caption>Key values</caption>
 *   <tr><th>key</th><th>value</th><th>cardinality</th></tr>
 *   <tr><td>{@code name}</td><td>the lock's {@linkplain io.syncguard.LockOptions#withName name}, or {@code none}</td><td>low</td></tr>
 *   <tr><td>{@code backend}</td><td>such as {@code redis-jedis}</td><td>low</td></tr>
 *   <tr><td>{@code outcome}</td><td>of an operation {@code succeeded}, {@code contended}, {@code absent} or {@code failed}; of a held lock
 *       {@code released}, {@code ended_before}, {@code lost}, {@code release_failed} or {@code forgotten}; {@code none} before the
 *       end</td><td>low</td></tr>
 *   <tr><td>{@code reason}</td><td>the code of a failure, the cause of a loss, or {@code none}</td><td>low</td></tr>
 *   <tr><td>{@code fingerprint}</td><td>stands for the key</td><td>high</td></tr>
 *   <tr><td>{@code fence}</td><td>the token of a lock that was granted</td><td>high</td></tr>
 *   <tr><td>{@code attempts}</td><td>of an acquire</td><td>high</td></tr>
 * </table>
 */
public class LockObservationConvention implements ObservationConvention<LockContext> {
    private static final String NONE = "none";

    /** Creates the convention that holds where none is given. */
    public LockObservationConvention() {}

    @Override
    public String getContextualName(LockContext context) {
        String what = context.operation().map(operation -> operation.toString()).orElse("hold");
        return "lock " + what
                + context.lock()
                        .flatMap(LockLabel::name)
                        .map(name -> " " + name)
                        .orElse("");
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(LockContext context) {
        return KeyValues.of(
                KeyValue.of("name", context.lock().flatMap(LockLabel::name).orElse(NONE)),
                KeyValue.of("backend", context.backend()),
                KeyValue.of("outcome", outcome(context)),
                KeyValue.of("reason", reason(context)));
    }

    private static String outcome(LockContext context) {
        Optional<Enum<?>> end = context.operationEnd().<Enum<?>>map(LockEvent::outcome);
        return lower(end.or(() -> context.holdEnd().map(HoldEvent::ending)));
    }

    private static String reason(LockContext context) {
        Optional<Enum<?>> reason = context.operationEnd().flatMap(LockEvent::reason);
        return lower(reason.or(() -> context.holdEnd().flatMap(HoldEvent::cause)));
    }

    private static String lower(Optional<? extends Enum<?>> value) {
        return value.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse(NONE);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(LockContext context) {
        KeyValues values = KeyValues.empty();
        if (context.lock().isPresent()) {
            values = values.and("fingerprint", context.lock().get().keyFingerprint());
        }
        if (context.fence().isPresent()) {
            values = values.and("fence", context.fence().get().toString());
        }
        if (context.operationEnd().isPresent()) {
            values = values.and(
                    "attempts", Integer.toString(context.operationEnd().get().attempts()));
        }
        return values;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof LockContext;
    }
}
