package io.syncguard.redis.lettuce;

import org.jspecify.annotations.Nullable;

/**
 * Where a node of a cluster says that a request belongs.
 *
 * @param asking whether only this request does, while its slot moves
 */
record Redirection(String host, int port, boolean asking) {
    private static final String MOVED = "MOVED ";
    private static final String ASK = "ASK ";

    /** Returns whether an error reply is one. */
    static boolean isOne(String error) {
        return error.startsWith(MOVED) || error.startsWith(ASK);
    }

    /** Reads {@code MOVED slot host:port} or {@code ASK slot host:port}; null if it names no such place. */
    static @Nullable Redirection of(String error) {
        String[] words = error.split(" ", -1);
        int colon = words.length < 3 ? -1 : words[2].lastIndexOf(':');
        if (colon <= 0) {
            // Without a host it is one that the node itself does not know.
            return null;
        }
        try {
            return new Redirection(
                    words[2].substring(0, colon),
                    Integer.parseInt(words[2].substring(colon + 1)),
                    error.startsWith(ASK));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
