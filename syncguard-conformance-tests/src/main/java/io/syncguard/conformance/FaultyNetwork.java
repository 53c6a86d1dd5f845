package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * A way to the server that a test can disturb, while the other backends of the suite reach the same server undisturbed. For a server that
 * is reached by TCP, {@link #to} is all that an author needs.
 *
 * <p>The suite calls its methods from one thread at a time, and closes the backends before the network.
 */
public interface FaultyNetwork extends AutoCloseable {
    /**
     * Returns a network between backends and a server that is reached by TCP: a relay on the loopback address.
     *
     * @param server where the server listens
     * @param connect returns a new backend that finds its server at the address that it gets, with the operation timeout that it gets.
     *     See {@link #createBackend}
     */
    static FaultyNetwork to(
            InetSocketAddress server, BiFunction<InetSocketAddress, Duration, ? extends LockBackend> connect) {
        return new TcpRelay(server, connect);
    }

    /**
     * Returns a new backend that reaches the server through this network. It keeps its locks in the same place as those of {@link
     * LockBackendConformance#createBackend()}.
     *
     * @param operationTimeout the backend's operation timeout: a second where a test waits until it is over, and more than enough where
     *     not. If the backend has a connect timeout of its own, that is long
     */
    LockBackend createBackend(Duration operationTimeout);

    /**
     * Delivers nothing from now on, in neither direction, and cuts nothing. A new connection is accepted, and delivers nothing either.
     * Keeps everything that is sent meanwhile.
     */
    void stall();

    /**
     * Delivers requests, keeps the server's answers from now on, and cuts nothing. What was kept of them goes when connections are cut.
     */
    void stallAnswers();

    /** Delivers what was kept, also the requests of connections that their client has closed since, and all that follows. */
    void resume();

    /** Cuts every connection that is open now. New ones can be opened at once. */
    void cutConnections();

    /**
     * Returns how many connections backends have open now; empty if that cannot be told, and then it is not tested that a close leaves
     * none.
     */
    default OptionalInt openConnections() {
        return OptionalInt.empty();
    }

    /** Cuts all connections, and accepts none any more. */
    @Override
    void close();
}
