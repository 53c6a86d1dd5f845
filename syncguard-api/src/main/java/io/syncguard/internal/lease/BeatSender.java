package io.syncguard.internal.lease;

import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends heartbeats that are due at the same moment to the backend together (HLD-5). Confined to the timer's thread. */
public final class BeatSender {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final BackendCaller backend;
    private final GuardThreads threads;
    private final Deque<LeaseKeeper> due = new ArrayDeque<>();

    public BeatSender(BackendCaller backend, GuardThreads threads) {
        this.backend = backend;
        this.threads = threads;
    }

    /** Sends a beat together with those of other locks that are due by now. */
    void send(LeaseKeeper keeper) {
        due.add(keeper);
        if (due.size() == 1) {
            // After all looks that are due by now.
            threads.onTimer(0, this::sendDue);
        }
    }

    private void sendDue() {
        try {
            while (!due.isEmpty()) {
                sendTogether();
            }
        } finally {
            if (!due.isEmpty()) {
                threads.onTimer(RETRY_NANOS, this::sendDue);
            }
        }
    }

    private void sendTogether() {
        List<LeaseKeeper.Beat> beats = new ArrayList<>();
        while (!due.isEmpty() && beats.size() < AsyncLockBackend.MOST_EXTENSIONS) {
            LeaseKeeper.Beat beat = due.remove().takeBeat();
            if (beat != null) {
                beats.add(beat);
            }
        }
        if (!beats.isEmpty()) {
            List<CompletableFuture<ExtendResult>> answers =
                    backend.extendAll(beats.stream().map(LeaseKeeper.Beat::call).toList());
            // All of them before any answer is acted on: a release waits for its lock's beat to be sent.
            for (int i = 0; i < beats.size(); i++) {
                beats.get(i).sent(answers.get(i));
            }
            for (int i = 0; i < beats.size(); i++) {
                beats.get(i).awaits(answers.get(i));
            }
        }
    }
}
