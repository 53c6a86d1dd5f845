package io.syncguard.redis.lettuce;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of a client of ours, those that are being opened included, which Lettuce forgets when it shuts down: while it logs in, while
 * it encrypts, and while one sentinel after the other is asked. Thread-safe.
 */
final class OwnChannels implements NettyCustomizer {
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Called by Lettuce with each channel, before it connects. */
    @Override
    public void afterChannelInitialized(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(end -> open.remove(channel));
        if (closed) {
            cut(channel);
        }
    }

    /** Returns whether any is connected, and waits for the server's part in the TLS handshake. */
    boolean areEncrypting() {
        return open.stream().anyMatch(OwnChannels::isEncrypting);
    }

    private static boolean isEncrypting(Channel channel) {
        SslHandler encryption = channel.pipeline().get(SslHandler.class);
        return channel.isActive()
                && encryption != null
                && !encryption.handshakeFuture().isDone();
    }

    /** Begins to close those that there are, has no other open, and returns a future that completes when they are closed. */
    CompletableFuture<?> close() {
        closed = true;
        return CompletableFuture.allOf(open.stream().map(OwnChannels::cut).toArray(CompletableFuture<?>[]::new));
    }

    /** Below whatever encrypts it, which would wait until it can say goodbye. */
    private static CompletableFuture<?> cut(Channel channel) {
        CompletableFuture<?> end = new CompletableFuture<>();
        channel.closeFuture().addListener(closing -> end.complete(null));
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
        return end;
    }
}
