package io.syncguard.redis.jedis;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Looks up how many addresses a host has, on threads of our own: nothing ends a lookup, and a resolver may take minutes. The JVM remembers
 * the answer, so that Jedis' own lookup right after it takes no time. A host has one lookup under way at the most, so a resolver that
 * hangs keeps one thread for each host. Thread-safe.
 */
final class NameLookups {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Resolver resolver;
    private final Map<String, CompletableFuture<Integer>> underWay = new ConcurrentHashMap<>();

    /** Who knows the addresses of hosts. */
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    NameLookups() {
        this(InetAddress::getAllByName);
    }

    NameLookups(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Returns how many addresses a host has, at least one. An interrupt ends the wait, and the thread stays interrupted.
     *
     * @param ended ends the wait as well
     * @throws JedisConnectionException if it has none, if that is not known in time, or if the wait was ended
     */
    int count(String host, long withinNanos, BooleanSupplier ended) {
        if (isAddress(host)) {
            return 1;
        }
        CompletableFuture<Integer> lookup = underWay.computeIfAbsent(host, this::begin);
        long deadlineNanos = System.nanoTime() + withinNanos;
        try {
            while (true) {
                long leftNanos = deadlineNanos - System.nanoTime();
                try {
                    return lookup.get(Math.max(1, Math.min(leftNanos, TICK_NANOS)), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (leftNanos <= 0 || ended.getAsBoolean()) {
                        throw new JedisConnectionException("the address of " + host + " was not found in time", e);
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new JedisConnectionException("the address of " + host + " is not known", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted while the address of " + host + " was looked up", e);
        }
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private CompletableFuture<Integer> begin(String host) {
        CompletableFuture<Integer> lookup = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        int count = resolver.addressesOf(host).length;
                        underWay.remove(host);
                        lookup.complete(count);
                    } catch (Throwable e) {
                        underWay.remove(host);
                        lookup.completeExceptionally(e);
                    }
                },
                "syncguard-jedis-names");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            throw new JedisConnectionException("no thread can be started to look up the address of " + host, noThread);
        }
        return lookup;
    }
}
