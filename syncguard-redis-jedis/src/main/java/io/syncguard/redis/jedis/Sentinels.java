package io.syncguard.redis.jedis;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks sentinels for the master, anew for each connection: no thread has to listen for a change. The one that answered last is
 * asked first. Thread-safe.
 */
final class Sentinels implements ServerFinder {
    private final List<HostAndPort> sentinels;
    private final String master;
    private final JedisClientConfig config;
    private final NameLookups names;
    private volatile int first;

    /**
     * @param master what they call it
     * @param config how to log in with a sentinel
     */
    Sentinels(List<HostAndPort> sentinels, String master, JedisClientConfig config, NameLookups names) {
        this.names = names;
        this.sentinels = List.copyOf(sentinels);
        this.master = master;
        this.config = config;
    }

    @Override
    public HostAndPort find(Duration within, Predicate<Socket> opening) {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        JedisException last = null;
        int begin = first;
        for (int i = 0; i < sentinels.size(); i++) {
            int each = (begin + i) % sentinels.size();
            // Whoever does not answer leaves as much time to each of the others.
            long millis = (deadlineNanos - System.nanoTime()) / 1_000_000 / (sentinels.size() - i);
            try {
                HostAndPort found = ask(sentinels.get(each), Math.max(1, millis), opening);
                first = each;
                return found;
            } catch (EndedException e) {
                throw e;
            } catch (JedisException e) {
                last = e;
            }
        }
        throw new JedisConnectionException(
                "no sentinel says which server is the master '" + master + "' (parameter 'master')", last);
    }

    private HostAndPort ask(HostAndPort sentinel, long millis, Predicate<Socket> opening) {
        long startedNanos = System.nanoTime();
        int addresses = names.count(sentinel.getHost(), TimeUnit.MILLISECONDS.toNanos(millis), () -> false);
        long leftMillis = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        JedisClientConfig hurried = DefaultJedisClientConfig.builder()
                .from(config)
                .timeoutMillis((int) Math.min(Math.max(1, leftMillis), Integer.MAX_VALUE))
                .connectionTimeoutMillis((int) Math.min(Math.max(1, leftMillis / addresses), Integer.MAX_VALUE))
                .build();
        try (Jedis jedis = new Jedis(
                () -> {
                    Socket socket = new DefaultJedisSocketFactory(sentinel, hurried).createSocket();
                    if (!opening.test(socket)) {
                        CuttableSocketFactory.closeQuietly(socket);
                        throw new EndedException();
                    }
                    return socket;
                },
                hurried)) {
            List<String> answer = jedis.sentinelGetMasterAddrByName(master);
            if (answer == null || answer.size() != 2) {
                throw new JedisConnectionException("the sentinel at " + sentinel + " knows no such master");
            }
            return new HostAndPort(answer.get(0), port(answer.get(1)));
        }
    }

    /** The call for which a sentinel is asked has ended: the others need not be. */
    private static final class EndedException extends JedisConnectionException {
        private static final long serialVersionUID = 1;

        EndedException() {
            super("ended while a sentinel was asked");
        }
    }

    private static int port(@Nullable String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new JedisConnectionException("a sentinel named no port", e);
        }
    }
}
