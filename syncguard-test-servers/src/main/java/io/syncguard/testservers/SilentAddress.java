package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A loopback address on which connections are neither accepted nor refused, as those of a host that is gone: somebody listens, and the
 * queue is full. Not thread-safe.
 */
public final class SilentAddress implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1_000;
    private static final int PATIENCE_MILLIS = 1_000;

    private final ServerSocket listener;
    private final List<Socket> queue = new ArrayList<>();
    private boolean silent;

    private SilentAddress(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Opens one.
     *
     * @param address such as {@code 127.0.0.2}
     */
    public static SilentAddress open(String address, int port) {
        try {
            SilentAddress opened = new SilentAddress(new ServerSocket());
            opened.fill(new InetSocketAddress(address, port));
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill(InetSocketAddress address) throws IOException {
        listener.bind(address, 1);
        while (!silent && queue.size() < MOST_CONNECTIONS) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(address, PATIENCE_MILLIS);
            } catch (SocketTimeoutException e) {
                silent = true;
            }
        }
    }

    /** Returns whether it is one: not every system keeps connections waiting. */
    public boolean isSilent() {
        return silent;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : queue) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
