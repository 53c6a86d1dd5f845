package io.syncguard.examples;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.lang.reflect.Proxy;

/** A stand-in for a {@link SyncGuard} in unit tests, in plain Java. */
final class StubGuard {
    private StubGuard() {}

    /** Returns a guard whose every call fails, except {@code close()}. */
    static SyncGuard failingWith(LockException failure) {
        return (SyncGuard) Proxy.newProxyInstance(
                SyncGuard.class.getClassLoader(), new Class<?>[] {SyncGuard.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw failure;
                });
    }
}
