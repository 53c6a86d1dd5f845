package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.MendedPermissions;

/** Permissions that are mended under way, through Jedis. */
class MendedPermissionsTest extends MendedPermissions {
    MendedPermissionsTest() {
        super("+jedis");
    }
}
