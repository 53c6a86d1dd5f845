package io.syncguard.spring;

import io.syncguard.FenceToken;
import io.syncguard.LossPolicy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

/** The examples of the guide, between what they take for granted. */
final class GuideExamples {
    private GuideExamples() {}

    record Order(int id) {}

    record Receipt(int order) {}

    /** Writes down what it is asked for. */
    static class Ledger {
        final List<String> entries = new ArrayList<>();

        Receipt charge(int id) {
            entries.add("charged " + id);
            return new Receipt(id);
        }

        void report() {
            entries.add("reported");
        }

        void post(int id, int amount, FenceToken fence) {
            entries.add("posted " + amount + " to " + id + (fence == null ? "" : " with a fence"));
        }

        CompletableFuture<String> chargeLater(int id) {
            return CompletableFuture.completedFuture("charged " + id);
        }

        Mono<String> chargeReactively(int id, FenceToken fence) {
            return Mono.just("charged " + id + (fence == null ? "" : " with a fence"));
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @Locked(key = "none", ttl = "2m", lossPolicy = LossPolicy.INTERRUPT)
    @interface LockedAccount {
        @AliasFor(annotation = Locked.class, attribute = "key")
        String value();
    }

    static class Payments {
        private final Ledger ledger;

        Payments(Ledger ledger) {
            this.ledger = ledger;
        }

        @Locked("order-#{#order.id}")
        public Receipt pay(Order order) {
            return ledger.charge(order.id());
        }

        @Locked(key = "account-#{#id}", waitFor = "2s")
        public void post(int id) {
            ledger.charge(id);
        }

        @Locked(key = "nightly-report", ifLocked = IfLocked.SKIP, minHold = "20s")
        @Scheduled(cron = "0 0 3 * * *")
        public void report() {
            ledger.report();
        }

        @Locked(key = "account-#{#id}", ifLocked = IfLocked.SKIP, skipped = "busy: #{#id}")
        public String tryToPost(int id) {
            ledger.charge(id);
            return "posted";
        }

        @Locked("account-#{#id}")
        public void post(int id, int amount, FenceToken fence) {
            ledger.post(id, amount, fence);
        }

        @Locked("account-#{#id}")
        public CompletableFuture<String> postLater(int id) {
            return ledger.chargeLater(id);
        }

        @Locked("account-#{#id}")
        public Mono<String> postReactively(int id, FenceToken fence) {
            return ledger.chargeReactively(id, fence);
        }

        @Locked("account-#{#from}")
        @Locked("account-#{#to}")
        public void transfer(int from, int to, int amount, FenceToken ofFrom, FenceToken ofTo) {
            ledger.post(from, -amount, ofFrom);
            ledger.post(to, amount, ofTo);
        }

        @LockedAccount("account-#{#id}")
        public void postUnlessLost(int id) {
            ledger.charge(id);
        }
    }
}
