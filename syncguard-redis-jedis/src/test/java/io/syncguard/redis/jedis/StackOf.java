package io.syncguard.redis.jedis;

import java.util.Arrays;

/** Where a thread is right now. */
final class StackOf {
    private StackOf() {}

    static boolean contains(Thread thread, String type, String method) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().contains(type)
                        && frame.getMethodName().contains(method));
    }
}
