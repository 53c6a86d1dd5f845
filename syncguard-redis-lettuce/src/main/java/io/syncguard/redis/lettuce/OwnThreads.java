package io.syncguard.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.resolver.AddressResolverGroup;
import io.syncguard.spi.CallDeadlines;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The threads of a client of ours. Thread-safe. */
final class OwnThreads {
    private static final long CLOSE_SECONDS = 2;

    private final OwnChannels channels = new OwnChannels();
    private final ClientResources resources;
    private final DefaultEventLoopGroupProvider loops;

    /**
     * @param connections how many they are to serve; the subscription shares a thread with the connection whose attempts its
     *     messages bring about
     * @param deadlines say how long a connection may take
     */
    @SuppressWarnings("unchecked") // Lettuce knows of no other addresses.
    OwnThreads(int connections, CallDeadlines deadlines) {
        this.loops = new DefaultEventLoopGroupProvider(
                Math.min(connections, Runtime.getRuntime().availableProcessors()));
        this.resources = ClientResources.builder()
                .eventLoopGroupProvider(loops)
                .addressResolverGroup(new ReachableAddresses(
                        (AddressResolverGroup<InetSocketAddress>) DefaultClientResources.DEFAULT_ADDRESS_RESOLVER_GROUP,
                        deadlines))
                .nettyCustomizer(channels)
                // Which would time every request, for reports nobody reads.
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
    }

    ClientResources resources() {
        return resources;
    }

    /** Shuts the client down that they serve, and ends them. A thread that is interrupted does so too, and stays interrupted. */
    void close(AbstractRedisClient client) {
        Closing.await(channels.close());
        boolean interrupted = Thread.interrupted();
        interrupted |= isInterruptedBefore(client.shutdownAsync(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        interrupted |= isInterruptedBefore(resources.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        interrupted |= isInterruptedBefore(loops.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isInterruptedBefore(Future<?> end) {
        if (Closing.isOnEventLoop()) {
            // It may be one of those that are to end.
            return false;
        }
        try {
            end.get(CLOSE_SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        } catch (ExecutionException | TimeoutException e) {
            // The threads are daemons and end without us watching.
            return false;
        }
    }
}
