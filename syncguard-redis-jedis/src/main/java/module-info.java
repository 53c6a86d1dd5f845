/** Locks on Redis through Jedis. */
module io.syncguard.redis.jedis {
    requires transitive io.syncguard.redis.common;
    requires transitive redis.clients.jedis;
    requires org.apache.commons.pool2;

    // Jedis is an automatic module, which cannot say what it needs. Without these lines each application would have to.
    requires com.google.gson;
    requires org.json;
    requires org.slf4j;

    exports io.syncguard.redis.jedis;

    // META-INF/services has the same line for the class path.
    provides io.syncguard.spi.LockBackendProvider with
            io.syncguard.redis.jedis.JedisLockBackendProvider;
}
