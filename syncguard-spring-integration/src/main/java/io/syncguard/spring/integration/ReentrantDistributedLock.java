package io.syncguard.spring.integration;

import io.syncguard.ReentrantKeyLock;
import org.springframework.integration.support.locks.DistributedLock;

/**
 * Spring Integration's {@code DistributedLock} with what SyncGuard knows of it: {@link #heldLock()} has the fencing token and the notice of
 * a loss. {@link SyncGuardLockRegistry} says how its methods behave. Thread-safe.
 */
public interface ReentrantDistributedLock extends DistributedLock, ReentrantKeyLock {}
