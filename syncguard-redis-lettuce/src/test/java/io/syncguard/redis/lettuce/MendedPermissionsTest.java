package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.MendedPermissions;

/** Permissions that are mended under way, through Lettuce. */
class MendedPermissionsTest extends MendedPermissions {
    MendedPermissionsTest() {
        super("+lettuce");
    }
}
