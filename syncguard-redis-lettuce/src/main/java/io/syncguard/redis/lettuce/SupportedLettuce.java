package io.syncguard.redis.lettuce;

import io.lettuce.core.resource.Transports;
import io.syncguard.LockException;
import io.syncguard.redis.common.ClientLibrary;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a Lettuce that lacks something this module calls, and one that does not fit the Netty beside it, before anything is called
 * (RDS-27). Looks once. Stateless.
 */
final class SupportedLettuce {
    private static final ClientLibrary LETTUCE = ClientLibrary.of(
            new ClientLibrary.Client(
                    "Lettuce",
                    "io.lettuce",
                    "lettuce-core",
                    "io.lettuce.core.RedisClient",
                    "6.6 to 7.x",
                    "6.6.0.RELEASE",
                    "7.7.0.RELEASE",
                    "lettuce.version"),
            MethodHandles.lookup(),
            SupportedLettuce.class.getResourceAsStream("lettuce-members.txt"));

    private static final @Nullable String MISFIT = misfit();

    private SupportedLettuce() {}

    /**
     * Returns if the Lettuce on the class path can be used.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it cannot; the message says which version was found, which ones are supported,
     *     and what to set
     */
    static void require() {
        LETTUCE.require();
        if (MISFIT != null) {
            throw LockException.invalidArgument(MISFIT);
        }
    }

    /** A build that sets the version of Lettuce alone may leave it the Netty of another. Lettuce itself would fail when it connects. */
    private static @Nullable String misfit() {
        try {
            var unused = Transports.eventLoopGroupClass();
            return null;
        } catch (LinkageError e) {
            String netty = ClientLibrary.version(SupportedLettuce.class.getClassLoader(), "io.netty", "netty-common");
            return LETTUCE.described() + " does not fit the Netty on the class path"
                    + (netty == null ? "" : ", " + netty)
                    + ": it misses " + e.getMessage()
                    + ". Lettuce 6 works with Netty 4.1 and 4.2, Lettuce 7 with Netty 4.2. Set the"
                    + " version of io.netty:netty-bom, or that of io.lettuce:lettuce-core; with Spring Boot, set the property"
                    + " netty.version or lettuce.version. No lock was taken.";
        }
    }
}
