package io.syncguard.micrometer;

/**
 * What the meters of one name showed at one moment.
 *
 * @param acquired acquires that have succeeded so far
 * @param waitedSeconds how long those took in all, waiting included
 */
record LockFigures(int waiting, int held, long lost, long acquired, double waitedSeconds) {}
