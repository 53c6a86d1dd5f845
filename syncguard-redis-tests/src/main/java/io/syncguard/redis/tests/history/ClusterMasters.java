package io.syncguard.redis.tests.history;

import io.syncguard.LockKey;
import io.syncguard.redis.tests.ClusterGroup;
import io.syncguard.redis.tests.ClusterLayout;
import io.syncguard.redis.tests.GroupNode;

/** The masters of a cluster, with one replica each. */
final class ClusterMasters implements FailingMasters {
    private final ClusterGroup group = ClusterGroup.behindProxies();

    @Override
    public String uri(String client) {
        return "redis-cluster+" + client + "://" + group.nodes() + "?";
    }

    private static byte[] fence(String keySpace, String key) {
        return new ClusterLayout(keySpace).fence(LockKey.of(key));
    }

    @Override
    public GroupNode masterFor(String keySpace, String key) {
        return group.memberFor(fence(keySpace, key));
    }

    @Override
    public boolean isReplaced(GroupNode master, String keySpace, String key) {
        return group.hasAnotherOwner(fence(keySpace, key), master.server());
    }

    /** The other nodes still reach it. */
    @Override
    public void replaceSilent(GroupNode master) {
        group.failOver(master.server());
    }

    /** A cluster does that by itself. */
    @Override
    public void rejoin(GroupNode node) {}

    @Override
    public void awaitWhole() {
        group.awaitWhole();
    }

    @Override
    public void close() {
        group.close();
    }
}
