package io.syncguard;

/** Threads of ours, which do not keep a JVM from ending. */
final class DaemonThreads {
    private DaemonThreads() {}

    /** Returns a thread that is to be started. */
    static Thread named(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
