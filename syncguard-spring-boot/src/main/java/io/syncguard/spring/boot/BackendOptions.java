package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Applies properties to options, and names the property that is refused. Stateless. */
final class BackendOptions {
    private BackendOptions() {}

    /** An option that a value is given to. */
    @FunctionalInterface
    interface Option<O, V> {
        /** Returns the options with the value. */
        O with(O options, V value);
    }

    /**
     * Returns options with the value of a property, or as they are if it is not set.
     *
     * @throws InvalidSyncGuardPropertiesException if the value is refused
     */
    static <O, V> O with(O options, String property, @Nullable V value, Option<O, V> option) {
        return value == null ? options : refusing(property, value, () -> option.with(options, value));
    }

    /** Returns what the body returns, and names the property and its value if it refuses. */
    static <T> T refusing(String property, Object value, Supplier<T> body) {
        try {
            return body.get();
        } catch (LockException e) {
            throw InvalidSyncGuardPropertiesException.refused(property, value, e);
        }
    }

    /** Returns the backend that the body opens. If it is refused, names the property, or else what it is opened through. */
    static Backend opening(String description, SyncGuardProperties properties, Supplier<? extends Backend> body) {
        try {
            return body.get();
        } catch (LockException e) {
            if (e.code() != LockErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            throw ConfiguredOption.named(properties, e)
                    .map(option -> InvalidSyncGuardPropertiesException.refused(option, e))
                    .orElseGet(() -> new InvalidSyncGuardPropertiesException(
                            "Locks cannot be kept through " + description + " of the application: "
                                    + InvalidSyncGuardPropertiesException.reason(e),
                            "Correct the properties syncguard.*, or set syncguard.uri.",
                            e));
        }
    }

    /**
     * Checks that no option is set which the backend would ignore.
     *
     * @throws InvalidSyncGuardPropertiesException if one is
     */
    static void requireOnlyThoseOf(BackendKind kind, SyncGuardProperties properties) {
        String others = kind.isRedis() ? "syncguard.firestore." : "syncguard.redis.";
        List<ConfiguredOption> ignored = ConfiguredOption.in(properties).stream()
                .filter(option -> option.property().startsWith(others))
                .toList();
        if (!ignored.isEmpty()) {
            ConfiguredOption one = ignored.get(0);
            throw new InvalidSyncGuardPropertiesException(
                    one.property() + "=" + one.value() + " has no effect on locks that are kept by "
                            + (kind.isRedis() ? "Redis" : "Firestore"),
                    "Remove " + ignored.stream().map(ConfiguredOption::property).collect(Collectors.joining(" and "))
                            + ", or choose another backend by syncguard.backend or syncguard.uri.");
        }
    }
}
