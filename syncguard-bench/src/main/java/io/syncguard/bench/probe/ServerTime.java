package io.syncguard.bench.probe;

/**
 * What scripts cost the server, in microseconds a call, or as a ratio of two such costs.
 *
 * @param acquire of a free lock
 * @param contended of a lock that somebody else holds
 * @param release of a lock that is held
 */
public record ServerTime(double acquire, double contended, double release) {
    /** Returns how many times another cost each is. */
    public ServerTime over(ServerTime other) {
        return new ServerTime(acquire / other.acquire, contended / other.contended, release / other.release);
    }
}
