package io.syncguard.redis.tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Servers that accept connections and answer nothing, and count which are open. Thread-safe. */
public final class SilentListeners implements AutoCloseable {
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Starts so many. */
    public SilentListeners(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
            listeners.add(listener);
            daemon(() -> accept(listener));
        }
    }

    /** Returns {@code host:port,host:port}. */
    public String addresses() {
        return listeners.stream()
                .map(each -> "127.0.0.1:" + each.getLocalPort())
                .collect(Collectors.joining(","));
    }

    /** Returns how many connections were opened so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Returns how many are open now. */
    public int open() {
        return open.size();
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                accepted.incrementAndGet();
                daemon(() -> readToTheEnd(socket));
            } catch (IOException e) {
                // Closed; the loop's condition ends it.
            }
        }
    }

    private void readToTheEnd(Socket socket) {
        try (socket) {
            while (socket.getInputStream().read() >= 0) {
                // Nobody answers.
            }
        } catch (IOException e) {
            // Its other end went away.
        } finally {
            open.remove(socket);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "silent-listener");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket listener : listeners) {
            listener.close();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}
