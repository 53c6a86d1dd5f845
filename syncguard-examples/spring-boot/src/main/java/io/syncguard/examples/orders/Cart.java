package io.syncguard.examples.orders;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Puts items into orders. The lock alone keeps this right. */
@Service
class Cart {
    private final OrderTable table;

    Cart(OrderTable table) {
        this.table = table;
    }

    /**
     * Reads, adds, writes. Two such transactions at a time would lose an item, because neither the statement nor the isolation level keeps
     * them apart. The lock does, since it is released after the commit.
     */
    @OrderLock
    @Transactional
    public Order addItem(String id) {
        Order order = table.find(id).orElseGet(() -> Order.empty(id));
        table.writeItems(id, order.items() + 1);
        return table.find(id).orElseThrow();
    }
}
