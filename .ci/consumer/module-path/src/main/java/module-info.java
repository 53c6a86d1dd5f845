module consumer {
    requires io.syncguard.api;
    requires io.syncguard.jdbc;
    requires io.syncguard.memory;
    requires io.syncguard.micrometer;
    requires io.syncguard.redis.jedis;
    requires io.syncguard.redis.lettuce;
}
