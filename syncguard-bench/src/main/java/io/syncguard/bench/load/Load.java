package io.syncguard.bench.load;

import java.util.Optional;

/**
 * An operation and how many do it at once.
 *
 * @param operation what is done
 * @param callers how many threads do it; of asynchronous operations, how many are in flight
 */
public record Load(Operation operation, int callers) {
    /** The most callers there can be. */
    public static final int MOST_CALLERS = 4096;

    /** Refuses what makes no sense. */
    public Load {
        if (callers < 1 || callers > MOST_CALLERS) {
            throw new IllegalArgumentException("from 1 to " + MOST_CALLERS + " callers, not " + callers);
        }
    }

    /** Returns threads that take locks of their own and give them back. */
    public static Load pairs(int threads) {
        return new Load(Operation.PAIR, threads);
    }

    /** Returns the same without blocking. */
    public static Load async(int inFlight) {
        return new Load(Operation.ASYNC_PAIR, inFlight);
    }

    /** Returns the load with a name as {@link #name()} gives it, or nothing if it is none. */
    public static Optional<Load> named(String name) {
        int dash = name.lastIndexOf('-');
        for (Operation operation : Operation.values()) {
            if (dash > 0 && operation.word().equals(name.substring(0, dash))) {
                return callers(name.substring(dash + 1)).map(callers -> new Load(operation, callers));
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> callers(String text) {
        try {
            int callers = Integer.parseInt(text);
            return callers < 1 || callers > MOST_CALLERS ? Optional.empty() : Optional.of(callers);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns the operation and the callers with a dash between them, such as {@code pair-8}. */
    public String name() {
        return operation.word() + "-" + callers;
    }

    /** Returns it in words, such as {@code 8 threads}. */
    public String title() {
        if (operation == Operation.ASYNC_PAIR) {
            return callers + " in flight";
        }
        return callers == 1 ? "1 thread" : callers + " threads";
    }

    /** Returns whether nobody blocks. */
    public boolean isAsync() {
        return operation == Operation.ASYNC_PAIR;
    }
}
