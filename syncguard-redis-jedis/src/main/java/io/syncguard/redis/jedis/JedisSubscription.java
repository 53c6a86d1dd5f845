package io.syncguard.redis.jedis;

import io.syncguard.redis.common.WakeUpSubscription;
import io.syncguard.spi.TaskTimer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;

/**
 * The subscription of a backend: one connection, on which one thread blocks from the first time that somebody waits.
 * Thread-safe.
 */
final class JedisSubscription implements WakeUpSubscription {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final long CUT_MILLIS = 20;
    private static final long SHORTEST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Subscriber subscriber;
    private final byte[] channel;
    private final WakeUpSubscription.Listener listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final TaskTimer timer = new TaskTimer("syncguard-jedis-wake-ups-timer");
    private final long patienceNanos;
    private @Nullable Thread thread;
    private volatile @Nullable Listening listening;
    private volatile long pauseMillis = FIRST_PAUSE_MILLIS;

    /** Where the connection comes from. */
    interface Subscriber {
        /** Subscribes, and blocks until that is over, or throws what Jedis throws. */
        void subscribe(BinaryJedisPubSub to, byte[] channel);

        /** Breaks the connection of a subscription that is under way, or ends the wait for one, or throws what Jedis throws. */
        void cut();

        /** Likewise, and for good: what is still being opened is cut as soon as it is open. May be called again. */
        void end();
    }

    /**
     * Creates the subscription. It begins with {@link #start}.
     *
     * @param patience how long an answer is waited for
     */
    JedisSubscription(Subscriber subscriber, byte[] channel, Duration patience, WakeUpSubscription.Listener listener) {
        this.subscriber = subscriber;
        this.patienceNanos = Math.max(patience.toNanos(), SHORTEST_PATIENCE_NANOS);
        this.channel = channel;
        this.listener = listener;
    }

    @Override
    public synchronized void start(int onlyShard) {
        if (thread == null && closing.getCount() > 0) {
            Thread started = new Thread(this::stayIn, "syncguard-jedis-wake-ups");
            started.setDaemon(true);
            started.start();
            thread = started;
            timer.after(patienceNanos, this::check);
        }
    }

    /** Breaks a connection on which nothing came since the last check, and else asks for a sign of life. */
    private void check() {
        Listening current = listening;
        try {
            if (current != null && !current.showsLife()) {
                current.live = false;
                subscriber.cut();
            }
        } catch (RuntimeException e) {
            // It broke just now.
        } finally {
            timer.after(patienceNanos, this::check);
        }
    }

    @Override
    public boolean isLive(int onlyShard) {
        Listening current = listening;
        return current != null && current.live;
    }

    private void stayIn() {
        while (closing.getCount() > 0) {
            Listening current = new Listening();
            listening = current;
            try {
                subscriber.subscribe(current, channel);
            } catch (RuntimeException e) {
                // The server is away, or refuses. Waiters try by themselves meanwhile.
            }
            current.live = false;
            pause();
        }
    }

    private void pause() {
        try {
            closing.await(pauseMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but to end it, which the latch tells.
        }
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    /** Ends the subscription, the connection and the thread. */
    @Override
    public void close() {
        closing.countDown();
        timer.close();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running == null) {
            return;
        }
        Listening current = listening;
        if (current != null && current.live) {
            try {
                current.unsubscribe();
            } catch (RuntimeException e) {
                // Broken just now.
            }
        }
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        boolean interrupted = Thread.interrupted();
        try {
            do {
                // Again, because the thread may be between two connections: to a sentinel, and to the server it names.
                endSubscriber();
                running.join(CUT_MILLIS);
            } while (running.isAlive() && System.nanoTime() - deadlineNanos < 0);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void endSubscriber() {
        try {
            subscriber.end();
        } catch (RuntimeException e) {
            // It was closing just now, which Jedis takes for a failure.
        }
    }

    private final class Listening extends BinaryJedisPubSub {
        private final AtomicLong heard = new AtomicLong();
        private long heardAtCheck;
        private boolean checked;
        private volatile boolean live;

        /** Returns false if nothing came since the last call of this method. The server confirms a channel once more when asked. */
        boolean showsLife() {
            long heardNow = heard.get();
            if (checked && heardNow == heardAtCheck) {
                return false;
            }
            checked = true;
            heardAtCheck = heardNow;
            if (live) {
                subscribe(channel);
            }
            return true;
        }

        @Override
        public void onSubscribe(byte[] name, int count) {
            heard.incrementAndGet();
            if (!live) {
                live = true;
                pauseMillis = FIRST_PAUSE_MILLIS;
                listener.subscribed();
            }
            if (closing.getCount() == 0) {
                unsubscribe();
            }
        }

        @Override
        public void onMessage(byte[] name, byte[] message) {
            heard.incrementAndGet();
            listener.messageReceived(message);
        }
    }
}
