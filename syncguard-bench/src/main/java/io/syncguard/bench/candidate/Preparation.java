package io.syncguard.bench.candidate;

/**
 * Gets a client ready before it is measured: connections are opened, scripts loaded, classes too. It uses a lock that nobody
 * else wants.
 */
public final class Preparation {
    private static final int MOST_FAILURES = 10;

    private Preparation() {}

    /**
     * Takes a lock and gives it back, a number of times, and does not mind a few failures on the way: connecting may take
     * longer than a candidate allows while many do.
     *
     * @throws Exception what the candidate threw the last time, if it goes on failing
     */
    public static void of(ContendedLock lock, int times) throws Exception {
        int failures = 0;
        for (int done = 0; done < times; ) {
            try {
                if (lock.lock()) {
                    lock.unlock();
                    done++;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failures++;
                if (failures > MOST_FAILURES) {
                    throw e;
                }
            }
        }
    }
}
