package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Client;
import java.util.ArrayList;
import java.util.List;

/** The clients of the contenders in one JVM: one for each, or one for all. */
final class Clients implements AutoCloseable {
    private final List<Client> clients = new ArrayList<>();

    /** Opens them. If one cannot be opened, those before it are closed. */
    Clients(Candidate candidate, String redisUri, int contenders, boolean shared) {
        int count = shared ? 1 : contenders;
        try {
            for (int i = 0; i < count; i++) {
                clients.add(candidate.open(redisUri, shared ? contenders : 1));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns the client a contender is to use. */
    Client of(int contender) {
        return clients.get(contender % clients.size());
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
    }
}
