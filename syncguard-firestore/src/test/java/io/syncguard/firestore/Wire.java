package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.firestore.v1.BatchGetDocumentsRequest;
import com.google.firestore.v1.BatchGetDocumentsResponse;
import com.google.firestore.v1.CommitRequest;
import com.google.firestore.v1.ListenRequest;
import com.google.firestore.v1.RunQueryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the wire between a client and Firestore: counts what is billed, and loses what a test tells it to lose.
 * Thread-safe.
 */
final class Wire implements ClientInterceptor {
    private static final String COMMIT = "Commit";
    private static final String LISTEN = "Listen";

    private final Deque<Fault> commitFaults = new ArrayDeque<>();
    private final AtomicReference<@Nullable Runnable> held = new AtomicReference<>();
    private final AtomicInteger documentsAsked = new AtomicInteger();
    private final AtomicInteger documentsFound = new AtomicInteger();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger listens = new AtomicInteger();
    private final AtomicInteger listening = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Status listenRefusal;
    private volatile @Nullable Timestamp readTime;

    private enum Way {
        /** Firestore gets the request, and the client the status in place of the answer. */
        LOSE_ANSWER,
        /** The client gets the status, and Firestore nothing. */
        LOSE_REQUEST,
        /** Firestore gets the request when the test says so, whatever the client does meanwhile. */
        HOLD
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
        arm(new Fault(Way.HOLD, Status.OK));
    }

    private void arm(Fault fault) {
        synchronized (commitFaults) {
            commitFaults.add(fault);
        }
    }

    /** Delivers, late, the commit that was held back. */
    void deliver() {
        Runnable late = held.getAndSet(null);
        if (late == null) {
            throw new AssertionError("no commit is held back");
        }
        late.run();
    }

    boolean isHolding() {
        return held.get() != null;
    }

    /** Returns the reads Firestore bills since the last call, of which an empty query is one, and the writes. */
    String bill() {
        int reads = documentsAsked.getAndSet(0) + Math.max(queries.getAndSet(0), documentsFound.getAndSet(0));
        return reads + " reads, " + writes.getAndSet(0) + " writes";
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

    /** Returns how many requests other than listeners are not answered yet. */
    int inFlight() {
        return inFlight.get();
    }

    /** Returns the read time of the last document that Firestore answered; null if there was none. */
    @Nullable
    Timestamp readTime() {
        return readTime;
    }

    private @Nullable Fault faultFor(String method) {
        synchronized (commitFaults) {
            return method.equals(COMMIT) ? commitFaults.poll() : null;
        }
    }

    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
        String name = String.valueOf(method.getBareMethodName());
        if (name.equals(LISTEN)) {
            listens.incrementAndGet();
            Status refusal = listenRefusal;
            if (refusal != null) {
                return new Lost<>(refusal);
            }
            listening.incrementAndGet();
        }
        Fault fault = faultFor(name);
        if (fault != null && fault.way == Way.LOSE_REQUEST) {
            return new Lost<>(fault.status);
        }
        return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
            @Override
            public void start(Listener<S> listener, Metadata headers) {
                if (!name.equals(LISTEN)) {
                    inFlight.incrementAndGet();
                }
                super.start(new Counted<>(listener, fault, name.equals(LISTEN)), headers);
            }

            @Override
            public void sendMessage(Q message) {
                count(message);
                super.sendMessage(message);
            }

            @Override
            public void halfClose() {
                if (fault != null && fault.way == Way.HOLD) {
                    held.set(super::halfClose);
                } else {
                    super.halfClose();
                }
            }

            @Override
            public void cancel(@Nullable String message, @Nullable Throwable cause) {
                if (fault == null || fault.way != Way.HOLD) {
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
            writes.addAndGet(commit.getWritesCount());
        } else if (!(request instanceof ListenRequest)) {
            queries.incrementAndGet();
        }
    }

    private final class Counted<S> extends SimpleForwardingClientCallListener<S> {
        private final @Nullable Fault fault;
        private final boolean listens;

        Counted(ClientCall.Listener<S> listener, @Nullable Fault fault, boolean listens) {
            super(listener);
            this.fault = fault;
            this.listens = listens;
        }

        private boolean isLost() {
            return fault != null && fault.way == Way.LOSE_ANSWER;
        }

        @Override
        public void onMessage(S message) {
            if (message instanceof RunQueryResponse found && found.hasDocument()) {
                documentsFound.incrementAndGet();
            } else if (message instanceof BatchGetDocumentsResponse found) {
                readTime = Timestamp.fromProto(found.getReadTime());
            }
            if (!isLost()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (listens) {
                listening.decrementAndGet();
            } else {
                inFlight.decrementAndGet();
            }
            if (isLost()) {
                super.onClose(fault.status, new Metadata());
            } else {
                super.onClose(status, trailers);
            }
        }
    }

    /** A call that reaches nobody. */
    private static final class Lost<Q, S> extends ClientCall<Q, S> {
        private final Status status;

        Lost(Status status) {
            this.status = status;
        }

        @Override
        public void start(Listener<S> listener, Metadata headers) {
            listener.onClose(status, new Metadata());
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
