package io.syncguard.redis.jedis;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import redis.clients.jedis.SSLSocketWrapper;

/**
 * An encrypted socket that closes at once. The JDK's own says goodbye to the other side and then waits for its words, for as long as a
 * read may take: with a silent server a call would take twice its time, and whoever closes a connection that another thread reads
 * would wait for that thread. This one closes the socket below, which no protocol on top of it minds: Redis has none for parting.
 */
final class CuttableTlsSocket extends SSLSocketWrapper {
    private final Socket plain;

    /**
     * @param encrypted over the plain one
     */
    CuttableTlsSocket(SSLSocket encrypted, Socket plain) throws IOException {
        super(encrypted, plain);
        this.plain = plain;
    }

    /** Not synchronized: a thread that is stuck in another method must not keep this one waiting. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void close() throws IOException {
        plain.close();
    }

    @Override
    public boolean isClosed() {
        return plain.isClosed();
    }
}
