package io.syncguard.examples.orders;

import io.syncguard.FenceToken;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Records payments. A process that has lost its lock without noticing, because it stalled, is refused by the database. */
@Service
class Payments {
    private final OrderTable table;

    Payments(OrderTable table) {
        this.table = table;
    }

    /**
     * Shows the token first, then reads and writes.
     *
     * @param fence passed as null; the lock puts its token here
     */
    @OrderLock
    @Transactional
    public Order pay(String id, int amount, @Nullable FenceToken fence) {
        table.require(id, Objects.requireNonNull(fence, "not called through the proxy, so there is no lock"));
        // After the check, so that no late holder can commit in between.
        Order order = table.find(id).orElseThrow();
        table.writePaid(id, order.paid() + amount);
        return table.find(id).orElseThrow();
    }
}
