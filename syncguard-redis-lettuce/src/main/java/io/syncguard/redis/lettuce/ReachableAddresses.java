package io.syncguard.redis.lettuce;

import io.lettuce.core.resource.Transports;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.syncguard.spi.CallDeadlines;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Resolves a host with several addresses to one that accepts connections. Lettuce connects to one address, the same each time, and
 * never to the next. Tries each for an equal share of the time, first the one that was found last. Does not block. Thread-safe.
 */
final class ReachableAddresses extends AddressResolverGroup<InetSocketAddress> {
    private final AddressResolverGroup<InetSocketAddress> resolvers;
    private final CallDeadlines deadlines;
    private final Map<String, InetSocketAddress> found = new ConcurrentHashMap<>();

    /**
     * @param resolvers know the addresses of hosts; they are not closed with this
     * @param deadlines say how long it may take to find one
     */
    ReachableAddresses(AddressResolverGroup<InetSocketAddress> resolvers, CallDeadlines deadlines) {
        this.resolvers = resolvers;
        this.deadlines = deadlines;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Reachable(executor, resolvers.getResolver(executor));
    }

    private final class Reachable extends AbstractAddressResolver<InetSocketAddress> {
        private final EventExecutor loop;
        private final AddressResolver<InetSocketAddress> all;

        Reachable(EventExecutor loop, AddressResolver<InetSocketAddress> all) {
            super(loop, InetSocketAddress.class);
            this.loop = loop;
            this.all = all;
        }

        @Override
        protected boolean doIsResolved(InetSocketAddress address) {
            return !address.isUnresolved();
        }

        @Override
        protected void doResolveAll(InetSocketAddress host, Promise<List<InetSocketAddress>> promise) {
            all.resolveAll(host, promise);
        }

        @Override
        protected void doResolve(InetSocketAddress host, Promise<InetSocketAddress> promise) {
            // A name server may keep its answer about addresses of the other kind to itself. Then the first address has
            // to do.
            long patienceNanos = Math.min(deadlines.openingNanos(), deadlines.operationNanos()) / 4;
            Future<?> impatience =
                    loop.schedule(() -> resolveFirst(host, promise), patienceNanos, TimeUnit.NANOSECONDS);
            all.resolveAll(host).addListener((Future<List<InetSocketAddress>> answer) -> {
                if (!impatience.cancel(false)) {
                    return;
                }
                if (!answer.isSuccess()) {
                    promise.tryFailure(answer.cause());
                } else if (answer.getNow().size() == 1) {
                    promise.trySuccess(answer.getNow().get(0));
                } else {
                    new Search(inOrder(host, answer.getNow()), promise, host).tryNext();
                }
            });
        }

        private void resolveFirst(InetSocketAddress host, Promise<InetSocketAddress> promise) {
            all.resolve(host).addListener((Future<InetSocketAddress> answer) -> {
                if (answer.isSuccess()) {
                    promise.trySuccess(answer.getNow());
                } else {
                    promise.tryFailure(answer.cause());
                }
            });
        }

        private List<InetSocketAddress> inOrder(InetSocketAddress host, List<InetSocketAddress> addresses) {
            List<InetSocketAddress> order = new ArrayList<>(addresses);
            InetSocketAddress last = found.get(host.toString());
            if (last != null && order.remove(last)) {
                order.add(0, last);
            }
            return order;
        }

        /** Tries one address after the other, on the loop. */
        private final class Search {
            private final List<InetSocketAddress> addresses;
            private final Promise<InetSocketAddress> promise;
            private final InetSocketAddress host;
            private int next;

            Search(List<InetSocketAddress> addresses, Promise<InetSocketAddress> promise, InetSocketAddress host) {
                this.addresses = addresses;
                this.promise = promise;
                this.host = host;
            }

            void tryNext() {
                InetSocketAddress address = addresses.get(next++);
                ChannelFuture attempt = new Bootstrap()
                        .group((EventLoop) loop)
                        .channel(Transports.socketChannelClass())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                                Math.max(1, deadlines.openingTimeout().toMillis() / addresses.size()))
                        .handler(new ChannelInboundHandlerAdapter())
                        .connect(address);
                attempt.addListener(end -> tried(address, attempt.channel(), end));
            }

            private void tried(InetSocketAddress address, Channel channel, Future<?> end) {
                if (end.isSuccess()) {
                    channel.close();
                    found.put(host.toString(), address);
                    promise.trySuccess(address);
                } else if (next < addresses.size() && !promise.isDone()) {
                    tryNext();
                } else {
                    promise.tryFailure(end.cause());
                }
            }
        }
    }
}
