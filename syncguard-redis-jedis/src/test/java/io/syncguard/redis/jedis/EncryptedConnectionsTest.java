package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.EncryptedConnections;

/** Encrypted connections (RDS-13), opened through Jedis. */
class EncryptedConnectionsTest extends EncryptedConnections {
    EncryptedConnectionsTest() {
        super("rediss+jedis");
    }
}
