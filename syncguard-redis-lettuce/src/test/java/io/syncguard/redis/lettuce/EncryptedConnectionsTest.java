package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.EncryptedConnections;

/** Encrypted connections (RDS-13), opened through Lettuce. */
class EncryptedConnectionsTest extends EncryptedConnections {
    EncryptedConnectionsTest() {
        super("rediss+lettuce");
    }
}
