package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.GuardOptions;
import io.syncguard.LockException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The label that a backend keeps for {@link LockBackend#labelHolder}: none at first, and then one for its life. Thread-safe. */
public final class HolderLabel {
    private final AtomicReference<@Nullable String> label = new AtomicReference<>();

    /** Creates one without a label. */
    public HolderLabel() {}

    /**
     * Sets the label, unless it is the same already.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if there is another one already, or it is no label
     */
    public void set(String holder) {
        String valid = GuardOptions.defaults().withHolder(holder).holder().orElseThrow();
        if (!label.compareAndSet(null, valid) && !valid.equals(label.get())) {
            throw LockException.invalidArgument(
                    "this backend's locks say another holder already; guards that share a backend"
                            + " have the same GuardOptions.withHolder. Use it, or give this guard a backend of its own");
        }
    }

    /** Returns the label; null if there is none. */
    @CheckReturnValue
    public @Nullable String get() {
        return label.get();
    }

    static LockException notStored(String backend) {
        return LockException.invalidArgument("the backend '" + backend
                + "' does not store who holds a lock; leave GuardOptions.withHolder out, or use a backend that does");
    }
}
