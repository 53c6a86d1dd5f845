package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.syncguard.spi.CallDeadlines;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A client that asks one sentinel after the other for an equal part of the time, first the one that answered last (RDS-16). Lettuce
 * begins with the first each time, and leaves the others nothing of the time if that one says nothing. Thread-safe.
 */
final class SentinelClient extends RedisClient {
    private final CallDeadlines deadlines;
    private volatile int first;

    SentinelClient(ClientResources resources, CallDeadlines deadlines) {
        super(resources, new RedisURI());
        this.deadlines = deadlines;
    }

    /** Called for each connection, also when Lettuce opens one again. */
    @Override
    protected Mono<SocketAddress> getSocketAddress(RedisURI uri) {
        int count = uri.getSentinels().size();
        return count < 2 ? super.getSocketAddress(uri) : Mono.defer(() -> ask(uri, first, count));
    }

    private Mono<SocketAddress> ask(RedisURI uri, int index, int left) {
        List<RedisURI> sentinels = uri.getSentinels();
        // The master is to have a part of the time too.
        Duration part = deadlines.openingTimeout().dividedBy(sentinels.size() + 1L);
        Mono<SocketAddress> answer = super.getSocketAddress(only(sentinels.get(index), uri, part))
                .timeout(part)
                .doOnNext(master -> first = index);
        return left == 1 ? answer : answer.onErrorResume(failure -> ask(uri, (index + 1) % sentinels.size(), left - 1));
    }

    private static RedisURI only(RedisURI sentinel, RedisURI uri, Duration part) {
        RedisURI hurried = RedisURI.builder(sentinel).withTimeout(part).build();
        RedisURI only = new RedisURI();
        only.setSentinelMasterId(uri.getSentinelMasterId());
        only.setTimeout(part);
        only.getSentinels().add(hurried);
        return only;
    }
}
