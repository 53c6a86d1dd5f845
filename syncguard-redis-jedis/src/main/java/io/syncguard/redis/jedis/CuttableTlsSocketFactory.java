package io.syncguard.redis.jedis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.SslOptions;

/**
 * Encrypts connected sockets, which is all that Jedis asks for, such that they close at once. Reads the stores of keys and of trusted
 * certificates anew for each, so that renewed ones count. Thread-safe.
 */
final class CuttableTlsSocketFactory extends SSLSocketFactory {
    private final SslOptions options;

    CuttableTlsSocketFactory(SslOptions options) {
        this.options = options;
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean closesPlain) throws IOException {
        Socket encrypted = context().getSocketFactory().createSocket(plain, host, port, closesPlain);
        return new CuttableTlsSocket((SSLSocket) encrypted, plain);
    }

    private SSLContext context() throws IOException {
        try {
            return options.createSslContext();
        } catch (GeneralSecurityException e) {
            throw new SSLException("the stores of keys and of trusted certificates cannot be used", e);
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw onlyConnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw onlyConnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw onlyConnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw onlyConnected();
    }

    private static IOException onlyConnected() {
        return new SSLException("only connected sockets are encrypted");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return ((SSLSocketFactory) getDefault()).getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return ((SSLSocketFactory) getDefault()).getSupportedCipherSuites();
    }
}
