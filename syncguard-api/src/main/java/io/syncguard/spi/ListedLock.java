package io.syncguard.spi;

import io.syncguard.LockRecord;
import java.util.OptionalInt;

/**
 * A live lock in a list, raw values included.
 *
 * @param lock the lock, as a lookup answers it
 * @param waiting how many processes wait for it, as far as the server knows; empty if this backend cannot tell
 */
public record ListedLock(LockRecord lock, OptionalInt waiting) {}
