package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.firestore.v1.BatchGetDocumentsRequest;
import com.google.firestore.v1.BatchGetDocumentsResponse;
import com.google.firestore.v1.CommitRequest;
import com.google.firestore.v1.CommitResponse;
import com.google.firestore.v1.Document;
import com.google.firestore.v1.DocumentChange;
import com.google.firestore.v1.DocumentTransform.FieldTransform;
import com.google.firestore.v1.ListenRequest;
import com.google.firestore.v1.ListenResponse;
import com.google.firestore.v1.RunQueryResponse;
import com.google.firestore.v1.TargetChange.TargetChangeType;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the wire between a client and Firestore: counts what is billed, and loses what a test tells it to lose.
 * Thread-safe.
 */
final class Wire implements ClientInterceptor {
    private static final String COMMIT = "Commit";
    private static final String LISTEN = "Listen";

    /** A client that is refused a listener before it has sent the request takes another way than with Firestore. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

    private static final Set<String> READS = Set.of("BatchGetDocuments", "RunQuery");

    private final Deque<Fault> commitFaults = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
    private final Deque<Status> readFaults = new ArrayDeque<>();
    private final AtomicInteger documentsAsked = new AtomicInteger();
    private final AtomicInteger documentsFound = new AtomicInteger();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger deletes = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger listens = new AtomicInteger();
    private final AtomicInteger listening = new AtomicInteger();
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<Thread> starters = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean blocksNextStart = new AtomicBoolean();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final AtomicInteger stuck = new AtomicInteger();
    private volatile @Nullable Status listenRefusal;
    private volatile @Nullable Status joinRefusal;
    private volatile @Nullable Status commitRefusal;
    private volatile @Nullable Timestamp readTime;
    private final AtomicInteger readsUntilSilence = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Duration readTimeShift = Duration.ZERO;
    private volatile @Nullable Timestamp commitTime;
    private volatile boolean holdsQueueWrites;

    /**
     * What requests have cost.
     *
     * @param roundTrips the requests that were answered
     * @param reads the reads that they are billed for, of which an empty query is one
     * @param writes the writes but for deletions; each one of a commit is billed, whatever becomes of it
     * @param deletes the deletions
     * @param heard the reads that listeners are billed for: each document that a change
     *     brought to the result, changed in it or removed from it
     */
    record Bill(int roundTrips, int reads, int writes, int deletes, int heard) {
        static final Bill NONE = new Bill(0, 0, 0, 0, 0);

        /** Returns what Firestore bills, whatever its kind. */
        int operations() {
            return reads + heard + writes + deletes;
        }

        Bill plus(Bill other) {
            return new Bill(
                    roundTrips + other.roundTrips,
                    reads + other.reads,
                    writes + other.writes,
                    deletes + other.deletes,
                    heard + other.heard);
        }
    }

    private enum Way {
        /** Firestore gets the request, and the client the status in place of the answer. */
        LOSE_ANSWER,
        /** The client gets the status, and Firestore nothing. */
        LOSE_REQUEST,
        /** Firestore gets the request when the test says so, whatever the client does meanwhile, and the client the status unless it is OK. */
        HOLD,
        /** The client gets the status, and Firestore the request when the test says so. */
        KEEP
    }

    private record Fault(Way way, Status status) {}

    /** Loses the answer to the next commit, of which the client hears the status. */
    void loseAnswerToCommit(Status status) {
        arm(new Fault(Way.LOSE_ANSWER, status));
    }

    /** Loses the next commit, of which the client hears the status. */
    void loseCommit(Status status) {
        arm(new Fault(Way.LOSE_REQUEST, status));
    }

    /** Holds the next commit back. */
    void holdCommit() {
        holdCommitAndLoseAnswer(Status.OK);
    }

    /** Holds the next commit back, and loses the answer to it, of which the client hears the status. */
    void holdCommitAndLoseAnswer(Status status) {
        arm(new Fault(Way.HOLD, status));
    }

    /** Keeps the next commit back, of which the client hears the status. */
    void keepCommit(Status status) {
        arm(new Fault(Way.KEEP, status));
    }

    /** Loses every commit from now on that no other fault is for, or none if the status is null. The client hears the status. */
    void loseCommits(@Nullable Status status) {
        commitRefusal = status;
    }

    /** Holds all commits to queues back from now on, or delivers them and holds none back any more. */
    void holdQueueWrites(boolean hold) {
        holdsQueueWrites = hold;
        while (!hold && isHolding()) {
            deliver();
        }
    }

    /** Refuses from now on to put names in queues, or does not if the status is null. */
    void refuseJoins(@Nullable Status status) {
        joinRefusal = status;
    }

    /** Loses the next read, of which the client hears the status. */
    void loseRead(Status status) {
        synchronized (readFaults) {
            readFaults.add(status);
        }
    }

    /** Lets so many reads through, and answers none after those. */
    void silenceReadsAfter(int reads) {
        readsUntilSilence.set(reads);
    }

    /** Has Firestore stamp its reads earlier than it does, or later. */
    void shiftReadTimes(Duration shift) {
        readTimeShift = shift;
    }

    /** Has the next request block the thread that starts it, until {@link #startStuckRequest}. */
    void blockNextStart() {
        blocksNextStart.set(true);
    }

    /** Returns whether a thread is blocked by the request that it starts. */
    boolean isStartStuck() {
        return stuck.get() > 0;
    }

    /** Ends what {@link #blockNextStart} began. */
    void startStuckRequest() {
        blocked.countDown();
    }

    /** Returns the threads that have started requests other than listeners. */
    Set<Thread> starters() {
        return Set.copyOf(starters);
    }

    private void arm(Fault fault) {
        synchronized (commitFaults) {
            commitFaults.add(fault);
        }
    }

    /** Delivers, late, the first of the commits that were held back or kept. Waits for Firestore's answer to one that was kept. */
    void deliver() {
        Runnable late = held.poll();
        if (late == null) {
            throw new AssertionError("no commit is held back");
        }
        late.run();
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** Returns how many commits are held back. */
    int holding() {
        return held.size();
    }

    /** Returns the reads Firestore bills since the last call, of which an empty query is one, and the writes. */
    String bill() {
        Bill bill = takeBill();
        return bill.reads + " reads, " + (bill.writes + bill.deletes) + " writes";
    }

    /** Returns what has been billed since the last call. */
    Bill takeBill() {
        int reads = documentsAsked.getAndSet(0) + Math.max(queries.getAndSet(0), documentsFound.getAndSet(0));
        return new Bill(answers.getAndSet(0), reads, writes.getAndSet(0), deletes.getAndSet(0), heard.getAndSet(0));
    }

    /** Returns how many reads listeners have been billed for since the last bill. */
    int heard() {
        return heard.get();
    }

    /** Refuses every listener from now on with the status, or none if it is null. */
    void refuseListeners(@Nullable Status status) {
        listenRefusal = status;
    }

    /** Returns how many requests for documents there have been. */
    int looks() {
        return looks.get();
    }

    /** Returns how many commits there have been. */
    int commits() {
        return commits.get();
    }

    /** Returns how many listeners have been opened, or tried to. */
    int listens() {
        return listens.get();
    }

    /** Returns how many listeners there are at this moment. */
    int listening() {
        return listening.get();
    }

    /** Returns whether a listener has been told all there is, so that it hears of each change from then on. */
    boolean hears() {
        return current.get() > 0;
    }

    /** Returns how many requests other than listeners are not answered yet. */
    int inFlight() {
        return inFlight.get();
    }

    /** Returns the read time of the last document that Firestore answered; null if there was none. */
    @Nullable
    Timestamp readTime() {
        return readTime;
    }

    /** Returns the time of the last commit that was answered; null if there was none. */
    @Nullable
    Timestamp commitTime() {
        return commitTime;
    }

    private @Nullable Fault faultFor(String method) {
        if (!method.equals(COMMIT)) {
            return null;
        }
        Fault fault;
        synchronized (commitFaults) {
            fault = commitFaults.poll();
        }
        Status refusal = commitRefusal;
        return fault == null && refusal != null ? new Fault(Way.LOSE_REQUEST, refusal) : fault;
    }

    private @Nullable Status lostRead(String method) {
        synchronized (readFaults) {
            return READS.contains(method) ? readFaults.poll() : null;
        }
    }

    private boolean isSilent(String method) {
        return READS.contains(method)
                && readsUntilSilence.getAndUpdate(left -> left == Integer.MAX_VALUE || left <= 0 ? left : left - 1)
                        <= 0;
    }

    private void starting() {
        starters.add(Thread.currentThread());
        if (blocksNextStart.compareAndSet(true, false)) {
            stuck.incrementAndGet();
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                stuck.decrementAndGet();
            }
        }
    }

    private static boolean isQueueWrite(Object request) {
        return request instanceof CommitRequest commit
                && commit.getWritesList().stream()
                        .anyMatch(write -> write.getUpdate().getName().contains("_queues/"));
    }

    /** Returns whether a request puts a name in a queue. */
    private static boolean isJoin(Object request) {
        return request instanceof CommitRequest commit
                && commit.getWritesList().stream()
                        .flatMap(write -> write.getUpdateTransformsList().stream())
                        .anyMatch(FieldTransform::hasAppendMissingElements);
    }

    @SuppressWarnings("unchecked")
    private <S> S shifted(S answer) {
        if (readTimeShift.isZero()) {
            return answer;
        }
        if (answer instanceof BatchGetDocumentsResponse found && found.hasReadTime()) {
            return (S)
                    found.toBuilder().setReadTime(shifted(found.getReadTime())).build();
        }
        if (answer instanceof RunQueryResponse found && found.hasReadTime()) {
            return (S)
                    found.toBuilder().setReadTime(shifted(found.getReadTime())).build();
        }
        return answer;
    }

    private com.google.protobuf.Timestamp shifted(com.google.protobuf.Timestamp time) {
        return Timestamps.add(time, Durations.fromMillis(readTimeShift.toMillis()));
    }

    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
        String name = String.valueOf(method.getBareMethodName());
        if (name.equals(LISTEN)) {
            listens.incrementAndGet();
            Status refusal = listenRefusal;
            if (refusal != null) {
                return new Lost<>(refusal, LATER);
            }
            listening.incrementAndGet();
        }
        Fault fault = faultFor(name);
        Status lostRead = lostRead(name);
        if (lostRead != null) {
            looks.incrementAndGet();
            return new Lost<>(lostRead);
        }
        if (fault != null && fault.way == Way.LOSE_REQUEST) {
            commits.incrementAndGet();
            return new Lost<>(fault.status);
        }
        if (fault != null && fault.way == Way.KEEP) {
            commits.incrementAndGet();
            return new Kept<>(fault.status, () -> next.newCall(method, CallOptions.DEFAULT));
        }
        boolean silent = isSilent(name);
        return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
            private Counted<S> counted;
            private boolean held = fault != null && fault.way == Way.HOLD;

            @Override
            public void start(Listener<S> listener, Metadata headers) {
                if (!name.equals(LISTEN)) {
                    inFlight.incrementAndGet();
                    starting();
                }
                counted = new Counted<>(listener, fault, name.equals(LISTEN));
                super.start(counted, headers);
            }

            @Override
            public void sendMessage(Q message) {
                count(message);
                held |= holdsQueueWrites && isQueueWrite(message);
                if (isJoin(message)) {
                    counted.answerIs(joinRefusal);
                }
                super.sendMessage(message);
            }

            @Override
            public void halfClose() {
                if (held) {
                    Wire.this.held.add(super::halfClose);
                } else if (counted.isAnswered()) {
                    super.cancel("refused", null);
                } else if (!silent) {
                    if (fault == null) {
                        counted.sent();
                    }
                    super.halfClose();
                }
            }

            @Override
            public void cancel(@Nullable String message, @Nullable Throwable cause) {
                if (!held) {
                    super.cancel(message, cause);
                }
            }
        };
    }

    private void count(Object request) {
        if (request instanceof BatchGetDocumentsRequest get) {
            looks.incrementAndGet();
            documentsAsked.addAndGet(get.getDocumentsCount());
        } else if (request instanceof CommitRequest commit) {
            commits.incrementAndGet();
            commit.getWritesList().forEach(write -> (write.hasDelete() ? deletes : writes).incrementAndGet());
        } else if (!(request instanceof ListenRequest)) {
            queries.incrementAndGet();
        }
    }

    private final class Counted<S> extends SimpleForwardingClientCallListener<S> {
        private final @Nullable Fault fault;
        private final boolean listens;
        private final Results results = new Results();
        private volatile long sentNanos;
        private boolean answered;
        private volatile @Nullable Status answer;

        Counted(ClientCall.Listener<S> listener, @Nullable Fault fault, boolean listens) {
            super(listener);
            this.fault = fault;
            this.listens = listens;
        }

        /** The first message of an answer completes the call for its caller, long before its end. */
        private void answered() {
            if (!listens && !answered) {
                answered = true;
                answers.incrementAndGet();
                if (sentNanos != 0) {
                    SlowAnswers.took(System.nanoTime() - sentNanos);
                }
            }
        }

        /** The request is on its way, and nothing is to happen to it. */
        void sent() {
            sentNanos = System.nanoTime();
        }

        /** Has the client hear this status in place of Firestore's, unless it is null. */
        void answerIs(@Nullable Status status) {
            answer = status;
        }

        boolean isAnswered() {
            return answer != null;
        }

        private boolean isLost() {
            return fault != null && !fault.status.isOk();
        }

        @Override
        public void onMessage(S message) {
            if (message instanceof RunQueryResponse found && found.hasDocument()) {
                documentsFound.incrementAndGet();
            } else if (message instanceof BatchGetDocumentsResponse found) {
                readTime = Timestamp.fromProto(found.getReadTime());
            } else if (message instanceof CommitResponse committed) {
                commitTime = Timestamp.fromProto(committed.getCommitTime());
            } else if (message instanceof ListenResponse change) {
                results.add(change);
            }
            answered();
            if (!isLost()) {
                super.onMessage(shifted(message));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (listens) {
                listening.decrementAndGet();
            } else {
                answered();
                inFlight.decrementAndGet();
            }
            Status other = answer;
            if (other != null) {
                super.onClose(other, new Metadata());
            } else if (isLost()) {
                super.onClose(fault.status, new Metadata());
            } else {
                super.onClose(status, trailers);
            }
        }
    }

    /**
     * The result set of a listener, and the changes of it that are billed. The emulator sends all of the set at each change; what has
     * not changed is not billed. Confined to the listener, whose messages follow each other.
     */
    private final class Results {
        private final Map<String, com.google.protobuf.Timestamp> known = new HashMap<>();
        private final Set<String> sentAgain = new HashSet<>();
        private boolean reset;

        void add(ListenResponse message) {
            DocumentChange change = message.getDocumentChange();
            if (change.getTargetIdsCount() > 0) {
                changed(change.getDocument());
            } else if (change.getRemovedTargetIdsCount() > 0) {
                removed(change.getDocument().getName());
            } else if (message.hasDocumentRemove()) {
                removed(message.getDocumentRemove().getDocument());
            } else if (message.hasDocumentDelete()) {
                // This costs nothing.
                known.remove(message.getDocumentDelete().getDocument());
            } else if (message.hasTargetChange()) {
                changed(message.getTargetChange().getTargetChangeType());
            }
        }

        private void changed(TargetChangeType type) {
            if (type == TargetChangeType.CURRENT) {
                current.incrementAndGet();
            }
            if (type == TargetChangeType.RESET) {
                reset = true;
                sentAgain.clear();
            } else if (type == TargetChangeType.CURRENT && reset) {
                reset = false;
                known.keySet().stream()
                        .filter(name -> !sentAgain.contains(name))
                        .toList()
                        .forEach(this::removed);
            }
        }

        private void changed(Document document) {
            sentAgain.add(document.getName());
            if (!document.getUpdateTime().equals(known.put(document.getName(), document.getUpdateTime()))) {
                heard.incrementAndGet();
            }
        }

        private void removed(String name) {
            if (known.remove(name) != null) {
                heard.incrementAndGet();
            }
        }
    }

    /** A commit that has failed as far as the client knows, and reaches Firestore later. */
    private final class Kept<Q, S> extends ClientCall<Q, S> {
        private final Status status;
        private final Supplier<ClientCall<Q, S>> later;
        private Listener<S> told;
        private Q kept;

        Kept(Status status, Supplier<ClientCall<Q, S>> later) {
            this.status = status;
            this.later = later;
        }

        @Override
        public void start(Listener<S> listener, Metadata headers) {
            told = listener;
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void sendMessage(Q message) {
            kept = message;
        }

        @Override
        public void halfClose() {
            held.add(this::deliver);
            told.onClose(status, new Metadata());
        }

        private void deliver() {
            CountDownLatch answered = new CountDownLatch(1);
            ClientCall<Q, S> call = later.get();
            call.start(
                    new Listener<>() {
                        @Override
                        public void onClose(Status answer, Metadata trailers) {
                            answered.countDown();
                        }
                    },
                    new Metadata());
            call.request(2);
            call.sendMessage(kept);
            call.halfClose();
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A call that reaches nobody. */
    private static final class Lost<Q, S> extends ClientCall<Q, S> {
        private final Status status;
        private final Executor answering;

        Lost(Status status) {
            this(status, Runnable::run);
        }

        Lost(Status status, Executor answering) {
            this.status = status;
            this.answering = answering;
        }

        @Override
        public void start(Listener<S> listener, Metadata headers) {
            answering.execute(() -> listener.onClose(status, new Metadata()));
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
