package io.syncguard.examples.orders;

/**
 * An order as the database has it.
 *
 * @param items how many items are in it
 * @param paid how much has been paid
 * @param fence the token of the last payment, 0 before the first
 */
record Order(String id, int items, int paid, long fence) {
    /** Returns the order that nobody has written to. */
    static Order empty(String id) {
        return new Order(id, 0, 0, 0);
    }
}
