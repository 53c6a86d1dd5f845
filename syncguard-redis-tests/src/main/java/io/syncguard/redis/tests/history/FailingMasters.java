package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.GroupNode;

/** Servers whose masters are replaced when they fail, with a proxy in front of each. */
interface FailingMasters extends AutoCloseable {
    /** Returns what a URI begins with that this client opens, including the question mark of its parameters. */
    String uri(String client);

    /** Returns the master that has a key. */
    GroupNode masterFor(String keySpace, String key);

    /** Returns whether another than this master has a key by now. */
    boolean isReplaced(GroupNode master, String keySpace, String key);

    /** Has a master replaced that its clients do not reach any more, unless that happens by itself. */
    void replaceSilent(GroupNode master);

    /** Makes a master that was replaced, and runs again, a replica. */
    void rejoin(GroupNode node);

    /** Waits until each master has its replica. */
    void awaitWhole();

    @Override
    void close();
}
