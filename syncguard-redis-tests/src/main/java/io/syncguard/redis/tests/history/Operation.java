package io.syncguard.redis.tests.history;

/** What a call asks for. */
enum Operation {
    ACQUIRE,
    EXTEND,
    RELEASE
}
