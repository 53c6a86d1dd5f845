package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Relays TCP connections to a server, unless it was told to stall. */
final class TcpRelay implements FaultyNetwork {
    private static final int CHUNK = 64 * 1024;
    private static final int BACKLOG = 128;

    private final InetSocketAddress server;
    private final BiFunction<InetSocketAddress, Duration, ? extends LockBackend> connect;
    private final ServerSocket listener;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** Those of the open connections whose client has not closed its end. */
    private final Set<Connection> used = ConcurrentHashMap.newKeySet();

    /** Guards the flags. */
    private final Object gate = new Object();

    private boolean stalled;
    private boolean answersStalled;
    private boolean closed;

    TcpRelay(InetSocketAddress server, BiFunction<InetSocketAddress, Duration, ? extends LockBackend> connect) {
        this.server = server;
        this.connect = connect;
        try {
            this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no relay can be opened on the loopback address", e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "conformance-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return connect.apply(
                new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), operationTimeout);
    }

    @Override
    public void stall() {
        synchronized (gate) {
            stalled = true;
        }
    }

    @Override
    public void stallAnswers() {
        synchronized (gate) {
            answersStalled = true;
        }
    }

    @Override
    public void resume() {
        synchronized (gate) {
            stalled = false;
            answersStalled = false;
            gate.notifyAll();
        }
    }

    @Override
    public void cutConnections() {
        List.copyOf(open).forEach(Connection::cut);
    }

    @Override
    public OptionalInt openConnections() {
        return OptionalInt.of(used.size());
    }

    @Override
    public void close() {
        synchronized (gate) {
            closed = true;
            gate.notifyAll();
        }
        closeQuietly(listener);
        cutConnections();
    }

    private void awaitDelivery(boolean ofAnswer) throws InterruptedException {
        synchronized (gate) {
            while ((stalled || (ofAnswer && answersStalled)) && !closed) {
                gate.wait();
            }
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                try {
                    new Connection(client, new Socket(server.getAddress(), server.getPort())).begin();
                } catch (IOException e) {
                    closeQuietly(client);
                }
            } catch (IOException e) {
                // Closed; the loop's condition ends it.
            }
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // Nothing is lost by a socket that will not close.
        }
    }

    /** One connection to the server, for one of a client. */
    private final class Connection {
        private final Socket client;
        private final Socket toServer;

        Connection(Socket client, Socket toServer) throws IOException {
            this.client = client;
            this.toServer = toServer;
            client.setTcpNoDelay(true);
            toServer.setTcpNoDelay(true);
        }

        void begin() {
            open.add(this);
            used.add(this);
            start(this::relayRequests);
            start(this::relayReplies);
        }

        /** Delivers all that a client has sent, though it may have closed its end since. */
        private void relayRequests() {
            try {
                relay(client.getInputStream(), toServer.getOutputStream(), false);
                used.remove(this);
                toServer.shutdownOutput();
            } catch (IOException e) {
                cut();
            }
        }

        /** Reads on when the client has gone: the server may have requests yet to read. */
        private void relayReplies() {
            try {
                InputStream replies = toServer.getInputStream();
                try {
                    relay(replies, client.getOutputStream(), true);
                } catch (IOException clientHasGone) {
                    replies.transferTo(OutputStream.nullOutputStream());
                }
            } catch (IOException e) {
                // The server has gone too.
            } finally {
                cut();
            }
        }

        private void relay(InputStream from, OutputStream to, boolean answers) throws IOException {
            byte[] chunk = new byte[CHUNK];
            try {
                for (int length = from.read(chunk); length >= 0; length = from.read(chunk)) {
                    awaitDelivery(answers);
                    to.write(chunk, 0, length);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        void cut() {
            open.remove(this);
            used.remove(this);
            closeQuietly(client);
            closeQuietly(toServer);
        }
    }
}
