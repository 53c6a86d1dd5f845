package io.syncguard.cli;

import java.util.Comparator;

/** In which order locks are listed. */
enum LockOrder {
    /** The lock that ends first comes first. */
    LEFT(Comparator.comparing(LockView::left)),
    /** The lock that is held for longest comes first. */
    HELD(Comparator.comparing(LockView::held).reversed()),
    /** What most wait for comes first. */
    WAITING(Comparator.<LockView>comparingInt(view -> view.waiting().orElse(0)).reversed());

    @SuppressWarnings("ImmutableEnumChecker") // A comparator without state.
    private final Comparator<LockView> order;

    LockOrder(Comparator<LockView> order) {
        // The same order each time, so that a table that is watched does not jump.
        this.order = order.thenComparing(LockView::left).thenComparing(LockView::fingerprint);
    }

    Comparator<LockView> comparator() {
        return order;
    }
}
