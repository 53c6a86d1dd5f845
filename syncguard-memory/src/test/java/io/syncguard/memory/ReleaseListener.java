package io.syncguard.memory;

import io.syncguard.spi.BroadcastWakeUps;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hears of releases on a thread and a connection of its own, from the time that somebody first waits until the close. */
final class ReleaseListener implements AutoCloseable {
    private static final int LISTENING_MILLIS = 100;
    private static final int PAUSE_MILLIS = 20;

    private final Notifications database;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Thread thread;

    ReleaseListener(Notifications database) {
        this.database = database;
    }

    synchronized void start(BroadcastWakeUps wakeUps) {
        if (thread == null && closing.getCount() > 0) {
            thread = new Thread(() -> listen(wakeUps), "release-listener");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void listen(BroadcastWakeUps wakeUps) {
        do {
            try (Notifications.Session session = database.connect()) {
                session.listen();
                // What was released before is not known.
                wakeUps.mayHaveMissed();
                while (closing.getCount() > 0) {
                    String stored = session.next(LISTENING_MILLIS);
                    if (stored != null) {
                        wakeUps.released(stored);
                    }
                }
            } catch (Exception broken) {
                // The next connection calls everybody.
            }
        } while (!isClosedWithin(PAUSE_MILLIS));
    }

    private boolean isClosedWithin(int millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return closing.getCount() == 0;
        }
    }

    /** Ends the thread, in a moment. */
    @Override
    public void close() {
        closing.countDown();
    }
}
