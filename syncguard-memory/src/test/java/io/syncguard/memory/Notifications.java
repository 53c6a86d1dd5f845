package io.syncguard.memory;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a database does for {@code LISTEN} and {@code NOTIFY}: sessions that listen hear, in order, what is told from then on. */
final class Notifications {
    private final Set<Session> listening = ConcurrentHashMap.newKeySet();

    /** Tells all sessions that listen. */
    void tell(String text) {
        listening.forEach(session -> session.heard.add(text));
    }

    Session connect() {
        return new Session();
    }

    /** Breaks the connections of all sessions that listen. */
    void cut() {
        listening.forEach(Session::close);
    }

    int sessions() {
        return listening.size();
    }

    /** The connection of one client. */
    final class Session implements AutoCloseable {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private volatile boolean broken;

        void listen() {
            listening.add(this);
        }

        /** Waits for what is told, for so long at the most, and returns it; null if nothing was told. */
        String next(long millis) throws InterruptedException {
            String text = heard.poll(millis, TimeUnit.MILLISECONDS);
            if (broken) {
                throw new IllegalStateException("the connection is broken");
            }
            return text;
        }

        @Override
        public void close() {
            broken = true;
            listening.remove(this);
        }
    }
}
