package io.syncguard.spring;

import io.syncguard.AsyncGuard;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import org.springframework.beans.factory.config.NamedBeanHolder;

/**
 * A lock to acquire for a call.
 *
 * @param named the guard, with the name of its bean
 * @param options without a limit to the wait
 */
record LockRequest(NamedBeanHolder<SyncGuard> named, LockKey key, LockOptions options) {
    SyncGuard guard() {
        return named.getBeanInstance();
    }

    AsyncGuard asyncGuard() {
        return GuardAnswer.required(guard().async(), guard(), "async()");
    }

    boolean isSameLock(LockRequest other) {
        return guard() == other.guard() && key.equals(other.key);
    }
}
