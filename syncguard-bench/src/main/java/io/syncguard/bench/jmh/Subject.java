package io.syncguard.bench.jmh;

import io.syncguard.bench.candidate.Client;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is measured in this JVM: one client, for all slices. */
@State(Scope.Benchmark)
public class Subject {
    private static volatile @Nullable Client open;

    /** Who it is, for the results. */
    @Param("none")
    public String candidate = "none";

    /** Which round it is, for the results. */
    @Param("0")
    public String round = "0";

    /** Says what is measured from now on. */
    static void set(Client client) {
        open = client;
    }

    /** Returns what is measured. */
    Client client() {
        Client client = open;
        if (client == null) {
            throw new IllegalStateException("these benchmarks are run by CandidateMain, not by JMH alone");
        }
        return client;
    }
}
