package io.syncguard.testservers;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a server something without a client: a command as a line of text. Stateless. */
final class InlineCommand {
    private static final int TIMEOUT_MILLIS = 60_000;

    private InlineCommand() {}

    /**
     * Returns the reply, which is a text or a number.
     *
     * @throws IOException if the server does not answer, or answers with an error, which is then the message
     */
    static String ask(RedisTestServer server, String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.UTF_8));
            return reply(new DataInputStream(socket.getInputStream()));
        }
    }

    private static String reply(DataInputStream replies) throws IOException {
        char kind = (char) replies.readUnsignedByte();
        String line = line(replies);
        return switch (kind) {
            case '+', ':' -> line;
            case '$' -> new String(replies.readNBytes(Integer.parseInt(line)), StandardCharsets.UTF_8);
            default -> throw new IOException(kind + line);
        };
    }

    private static String line(DataInputStream replies) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = replies.readUnsignedByte(); next != '\n'; next = replies.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
