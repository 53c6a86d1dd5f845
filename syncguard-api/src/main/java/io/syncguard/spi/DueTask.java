package io.syncguard.spi;

/**
 * A task and the moment for which it is scheduled.
 *
 * @param dueNanos by {@link GuardClock#nanoTime()}
 */
record DueTask(long dueNanos, Runnable task) implements Runnable {
    @Override
    public void run() {
        task.run();
    }
}
