package io.syncguard.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback address that loses what it is told to lose: it can let a request through and cut the
 * connection instead of handing back the reply, keep replies to itself, hold requests back and deliver them late, or let connections
 * lead nowhere.
 * Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final ServerSocket listener;
    private volatile int targetPort;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Cut> armed = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile @Nullable Held held;
    private volatile @Nullable Held kept;
    private final AtomicInteger heldUp = new AtomicInteger();
    private volatile boolean swallowReplies;
    private volatile boolean silent;

    /** Starts a proxy in front of a port on the loopback address. */
    public FaultProxy(int targetPort) {
        this();
        forwardTo(targetPort);
    }

    /** Starts a proxy in front of a server that is yet to be started. Until it is told where that is, it closes all connections. */
    public FaultProxy() {
        try {
            this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Has connections lead to a port on the loopback address. */
    public void forwardTo(int port) {
        targetPort = port;
    }

    /** Returns the port of the proxy. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Returns {@code redis://127.0.0.1:port} of the proxy. */
    public String uri() {
        return "redis://127.0.0.1:" + port();
    }

    /**
     * Arms one cut: the next request that contains the (ASCII) text reaches the server, and when its reply comes, the
     * connection is cut instead.
     */
    public void cutReplyToNext(String requestText) {
        cutReplyToNext(requestText, () -> {});
    }

    /**
     * Arms a cut as {@link #cutReplyToNext(String)}.
     *
     * @param meanwhile is run when the server has replied, before the client can notice anything
     */
    public void cutReplyToNext(String requestText, Runnable meanwhile) {
        armed.set(new Cut(requestText, meanwhile));
    }

    /** Returns how many replies have been cut off. */
    public int cuts() {
        return cuts.get();
    }

    /** From now on requests go through and no reply comes back, on connections that stay open; or that ends. */
    public void swallowReplies(boolean swallow) {
        swallowReplies = swallow;
    }

    /**
     * From now on requests that contain the (ASCII) text are held back, and with them what follows on their connections, also if
     * their client closes these.
     */
    public void holdRequests(String text) {
        held = new Held(text, new CountDownLatch(1));
    }

    /** Lets requests through again, and keeps what was held back until {@link #deliverRequests}. */
    public void holdNoMore() {
        kept = held;
        held = null;
    }

    /** Returns how many requests have been held back. */
    public int held() {
        return heldUp.get();
    }

    /** Delivers, late, what was held back. */
    public void deliverRequests() {
        for (Held delivered : new Held[] {held, kept}) {
            if (delivered != null) {
                delivered.until().countDown();
            }
        }
        held = null;
        kept = null;
    }

    /**
     * Has every connection that is open now lead nowhere, as one does that a firewall has forgotten: it stays open, nothing comes
     * through in either direction, and nobody notices that the client has closed its own. Later ones work.
     *
     * @return how many they are
     */
    public int silenceAll() {
        links.forEach(link -> link.leadsNowhere = true);
        return links.size();
    }

    /**
     * Has every connection lead nowhere, those that are open and those to come; or ends that. What was swallowed is lost, so the
     * connections that led nowhere are cut then.
     *
     * @param silent whether it begins
     */
    public void silence(boolean silent) {
        this.silent = silent;
        if (silent) {
            int unused = silenceAll();
        } else {
            links.stream().filter(link -> link.leadsNowhere).forEach(Link::close);
        }
    }

    /** Cuts every connection that is open now, and none that is opened because of that. */
    public void cutAll() {
        List.copyOf(links).forEach(Link::close);
    }

    /** Cuts every connection that is open now, in the way that hosts do which know nothing of it: its client reads a reset. */
    public void resetAll() {
        List.copyOf(links).forEach(Link::reset);
    }

    /** Returns how many connections are open. */
    public int connections() {
        return links.size();
    }

    @Override
    public void close() {
        closeQuietly(listener);
        deliverRequests();
        cutAll();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                try {
                    new Link(client, new Socket(InetAddress.getLoopbackAddress(), targetPort)).start();
                } catch (IOException e) {
                    closeQuietly(client);
                }
            } catch (IOException e) {
                // Closed; the loop's condition ends it.
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // Nothing is lost by a socket that will not close.
        }
    }

    private static boolean isIn(byte[] chunk, int length, String text) {
        return new String(chunk, 0, length, StandardCharsets.ISO_8859_1).contains(text);
    }

    /** A cut that waits for its request. */
    private record Cut(String text, Runnable meanwhile) {}

    /** What is held back, and until when. */
    private record Held(String text, CountDownLatch until) {}

    /** One connection through the proxy. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile @Nullable Cut cutAtReply;
        private volatile boolean leadsNowhere;

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void start() {
            links.add(this);
            if (silent) {
                leadsNowhere = true;
            }
            daemon(this::pumpRequests);
            daemon(this::pumpReplies);
        }

        private void pumpRequests() {
            try (InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                byte[] chunk = new byte[BUFFER];
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    if (leadsNowhere) {
                        continue;
                    }
                    awaitDelivery(chunk, n);
                    // Not for a connection that is being cut: it would take the next cut with it, uncounted.
                    Cut cut = cutAtReply == null ? armed.get() : null;
                    if (cut != null && isIn(chunk, n, cut.text()) && armed.compareAndSet(cut, null)) {
                        cutAtReply = cut;
                    }
                    out.write(chunk, 0, n);
                }
                if (leadsNowhere) {
                    await(closed);
                }
            } catch (IOException e) {
                // One side went away; so does the other.
            } finally {
                close();
            }
        }

        private void awaitDelivery(byte[] chunk, int length) throws IOException {
            Held holding = held;
            if (holding != null && isIn(chunk, length, holding.text())) {
                heldUp.incrementAndGet();
                await(holding.until());
            }
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private void pumpReplies() {
            try (InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                byte[] chunk = new byte[BUFFER];
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    Cut cut = cutAtReply;
                    if (cut != null) {
                        cut.meanwhile().run();
                        cuts.incrementAndGet();
                        return;
                    }
                    if (!swallowReplies && !leadsNowhere) {
                        out.write(chunk, 0, n);
                    }
                }
            } catch (IOException e) {
                // One side went away; so does the other.
            } finally {
                close();
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            close();
        }

        void close() {
            links.remove(this);
            closed.countDown();
            closeQuietly(client);
            // While requests are held back, the way to the server stays open for them.
            if (held == null && kept == null) {
                closeQuietly(server);
            }
        }
    }
}
