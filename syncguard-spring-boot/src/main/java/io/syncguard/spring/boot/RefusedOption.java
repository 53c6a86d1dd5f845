package io.syncguard.spring.boot;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.firestore.FirestoreLockOptions;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisUriParameters;
import io.syncguard.spi.BackendUri;
import java.util.List;
import java.util.Optional;
import org.springframework.util.ClassUtils;

/**
 * Finds the property because of which an address with options was refused: the library knows options by their parameters. It checks the
 * address again with one option more at a time, and connects to nothing. Stateless.
 */
final class RefusedOption {
    private RefusedOption() {}

    /**
     * Returns the option. Empty if the address is refused without options too, or if nobody can tell.
     *
     * @param address without the options
     * @param refusal of the address with them
     */
    static Optional<ConfiguredOption> of(String address, SyncGuardProperties properties, LockException refusal) {
        if (isRefused(address)) {
            return Optional.empty();
        }
        List<ConfiguredOption> set = ConfiguredOption.in(properties);
        for (int count = 1; count <= set.size(); count++) {
            if (isRefused(ConfiguredUri.joined(address, set.subList(0, count)))) {
                return Optional.of(set.get(count - 1));
            }
        }
        return ConfiguredUri.isRedis(address) ? ConfiguredOption.named(properties, refusal) : Optional.empty();
    }

    private static boolean isRefused(String address) {
        try {
            check(BackendUri.parse(address), address);
            return false;
        } catch (LockException e) {
            return true;
        }
    }

    private static void check(BackendUri uri, String address) {
        if (ConfiguredUri.isRedis(address)) {
            if (isPresent("io.syncguard.redis.common.RedisOptions")) {
                OfRedis.check(uri);
            }
        } else if (uri.scheme().equals("firestore")) {
            if (isPresent("io.syncguard.firestore.FirestoreLockOptions")) {
                OfFirestore.check(uri);
            }
        } else if (uri.scheme().equals("memory")) {
            int mark = address.indexOf('?');
            // Without a name it is a store of its own, which nobody else sees.
            SyncGuard.openBackend("memory:" + (mark < 0 ? "" : address.substring(mark)))
                    .close();
        }
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, RefusedOption.class.getClassLoader());
    }

    /** Loaded only where its artifact is. */
    private static final class OfRedis {
        static void check(BackendUri uri) {
            RedisUriParameters.requireKnown(uri);
            var unusedAddress = RedisAddress.from(uri);
            var unusedOptions = RedisOptions.from(uri);
            var unusedCount = ConnectionCount.from(uri, ConnectionCount.SHARED);
        }
    }

    /** Loaded only where its artifact is. */
    private static final class OfFirestore {
        static void check(BackendUri uri) {
            var unusedOptions = FirestoreLockOptions.from(uri);
        }
    }
}
