package io.syncguard.examples.orders;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Orders over HTTP. Any process may be asked. */
@RestController
@RequestMapping("/orders/{id}")
class OrderController {
    private final OrderTable table;
    private final Cart cart;
    private final Payments payments;

    OrderController(OrderTable table, Cart cart, Payments payments) {
        this.table = table;
        this.cart = cart;
        this.payments = payments;
    }

    @GetMapping
    ResponseEntity<Order> show(@PathVariable String id) {
        return ResponseEntity.of(table.find(id));
    }

    @PostMapping("/items")
    Order addItem(@PathVariable String id) {
        return cart.addItem(id);
    }

    @PostMapping("/payments")
    Order pay(@PathVariable String id, @RequestParam int amount) {
        return payments.pay(id, amount, null);
    }
}
