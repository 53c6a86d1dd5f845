package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.GroupNode;
import io.syncguard.redis.tests.SentinelGroup;

/** A master with one replica, and sentinels. */
final class SentinelMasters implements FailingMasters {
    private final SentinelGroup group = SentinelGroup.behindProxies();

    @Override
    public String uri(String client) {
        return "redis-sentinel+" + client + "://" + group.sentinels() + "?master=mymaster&";
    }

    @Override
    public GroupNode masterFor(String keySpace, String key) {
        return group.masterNode();
    }

    @Override
    public boolean isReplaced(GroupNode master, String keySpace, String key) {
        return group.master() != master.server();
    }

    /** The sentinels reach it no more either. */
    @Override
    public void replaceSilent(GroupNode master) {}

    @Override
    public void rejoin(GroupNode node) {
        group.rejoin(node);
    }

    @Override
    public void awaitWhole() {
        group.awaitWhole();
    }

    @Override
    public void close() {
        group.close();
    }
}
