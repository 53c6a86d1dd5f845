package io.syncguard.redis.jedis;

import java.io.IOException;
import java.net.Socket;

/** What is done with sockets that nobody needs. Stateless. */
final class Sockets {
    private Sockets() {}

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed or as good as closed.
        }
    }
}
