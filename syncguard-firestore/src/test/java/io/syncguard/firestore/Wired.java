package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.grpc.ClientInterceptor;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Backends, each on a client of its own, and what all of them together are billed for. Closes the clients, not the backends. */
final class Wired implements AutoCloseable {
    private final Function<ClientInterceptor, Firestore> through;
    private final FirestoreLockOptions options;
    private final List<Wire> wires = new ArrayList<>();
    private final List<Firestore> clients = new ArrayList<>();

    /**
     * @param through returns a client whose requests go through an interceptor
     */
    Wired(Function<ClientInterceptor, Firestore> through, FirestoreLockOptions options) {
        this.through = through;
        this.options = options;
    }

    FirestoreLockOptions options() {
        return options;
    }

    LockBackend open() {
        return FirestoreLockBackend.create(client(), options);
    }

    /** Returns a further client. */
    Firestore client() {
        Wire wire = new Wire();
        Firestore client = through.apply(wire);
        wires.add(wire);
        clients.add(client);
        return client;
    }

    /** Returns what has been billed since the last call. */
    Wire.Bill takeBill() {
        return wires.stream().map(Wire::takeBill).reduce(Wire.Bill.NONE, Wire.Bill::plus);
    }

    @Override
    public void close() {
        clients.forEach(Emulated::close);
    }
}
