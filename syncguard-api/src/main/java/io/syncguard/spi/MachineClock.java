package io.syncguard.spi;

/** The clocks of this machine. Stateless. */
final class MachineClock implements GuardClock {
    static final GuardClock INSTANCE = new MachineClock();

    private MachineClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public String toString() {
        return "GuardClock.machine()";
    }
}
