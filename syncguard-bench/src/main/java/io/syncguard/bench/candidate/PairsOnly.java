package io.syncguard.bench.candidate;

/** A client of which only acquire and release are measured, by threads. */
record PairsOnly(Client client) implements Client {
    @Override
    public ContendedLock lock(String name) {
        return client.lock(name);
    }

    @Override
    public void close() {
        client.close();
    }
}
