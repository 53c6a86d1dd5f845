package io.syncguard.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testcontainers.TestServer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedRedisTest {
    @Test
    @DisplayName("there is a Redis without any preparation, and one for a whole JVM")
    void one() throws Exception {
        URI first = URI.create(SharedRedis.uri());

        assertThat(SharedRedis.uri()).isEqualTo(first.toString());
        assertThat(TestServer.redis().address()).isEqualTo(first.toString());
        assertThat(reply(first)).isEqualTo("+PONG");
    }

    @Test
    @DisplayName("a server that a test may kill is another one, and a process")
    void another() {
        try (RedisTestServer own = RedisTestServer.start()) {
            assertThat(own.uri()).isNotEqualTo(SharedRedis.uri());
            own.kill();
        }
    }

    private static String reply(URI server) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes("+PONG".length()), StandardCharsets.US_ASCII);
        }
    }
}
