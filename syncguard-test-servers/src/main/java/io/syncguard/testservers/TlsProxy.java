package io.syncguard.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted way to a port on the loopback address, as a proxy in front of a server without encryption gives it. Thread-safe.
 */
public final class TlsProxy implements AutoCloseable {
    private final int targetPort;
    private final SSLServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private TlsProxy(int targetPort, TestCertificates certificates, @Nullable TestCertificates clients) {
        this.targetPort = targetPort;
        try {
            ServerSocket opened = context(certificates, clients)
                    .getServerSocketFactory()
                    .createServerSocket(0, 128, InetAddress.getLoopbackAddress());
            this.listener = (SSLServerSocket) opened;
            listener.setNeedClientAuth(clients != null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        daemon(this::accept);
    }

    /** Starts one. */
    public static TlsProxy start(int targetPort, TestCertificates certificates) {
        return new TlsProxy(targetPort, certificates, null);
    }

    /** Starts one that lets in nobody but who shows a certificate. */
    public static TlsProxy startFor(TestCertificates clients, int targetPort, TestCertificates certificates) {
        return new TlsProxy(targetPort, certificates, clients);
    }

    private static SSLContext context(TestCertificates certificates, @Nullable TestCertificates clients)
            throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(certificates.keys()), TestCertificates.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(clients == null ? null : store(clients.trusted()));
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, TestCertificates.PASSWORD.toCharArray());
        }
        return store;
    }

    /** Returns the port on the loopback address. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                daemon(() -> link(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void link(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort)) {
            sockets.add(server);
            daemon(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            // The server is gone, and so is the client now.
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One end is gone, or the client was not let in.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "tls-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
