package io.syncguard.bench.run;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import java.io.IOException;
import java.util.Optional;

/** Somebody who takes turns with others. Confined to one thread. */
public interface Entrant extends AutoCloseable {
    /** Returns what the command line calls it. */
    String name();

    /** Returns what the report calls it. */
    String title();

    /** Returns the part it plays. */
    Kind kind();

    /** Returns what it leaves undone that this library does; empty if there is nothing to say. */
    String lacks();

    /**
     * Gets ready: starts what it needs and warms it up for some loads. Blocks for seconds.
     *
     * @throws IOException if it cannot be used
     */
    void prepare(Iterable<Load> loads) throws IOException, InterruptedException;

    /**
     * Has its turn. Blocks for as long as that takes.
     *
     * @return what it came to; nothing if it has no such operation
     * @throws IOException if it failed
     */
    Optional<Slice> run(Order order) throws IOException, InterruptedException;

    /** Ends what was started, if anything was. It can be prepared again. */
    @Override
    void close();
}
