/** Locks on Redis through Lettuce. */
module io.syncguard.redis.lettuce {
    requires transitive io.syncguard.redis.common;
    requires transitive lettuce.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires reactor.core;

    // Lettuce is an automatic module, which cannot say what it needs. Without these lines each application would have
    // to.
    requires io.netty.resolver.dns;
    requires java.naming;

    exports io.syncguard.redis.lettuce;

    // META-INF/services has the same line for the class path.
    provides io.syncguard.spi.LockBackendProvider with
            io.syncguard.redis.lettuce.LettuceLockBackendProvider;
}
