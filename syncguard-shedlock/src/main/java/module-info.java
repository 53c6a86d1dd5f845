/** Locks of ShedLock's scheduled tasks that a SyncGuard keeps. */
module io.syncguard.shedlock {
    requires transitive io.syncguard.api;
    requires transitive net.javacrumbs.shedlock.core;

    exports io.syncguard.shedlock;
}
