package io.syncguard.testcontainers;

import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * The conformance suite on a real server. A backend author says which, and how the backend connects to it:
 *
 * <pre>{@code
 * class MyBackendTest extends ContainerConformance {
 *     MyBackendTest() {
 *         super(TestServer.of("quay.io/coreos/etcd:v3.6.1", 2379));
 *     }
 *
 *     @Override
 *     protected LockBackend createBackend(String address) {
 *         return MyLockBackend.create(address);
 *     }
 * }
 * }</pre>
 *
 * <p>The tests are skipped, with a reason that says what to do, if the server cannot be had. Needs {@code syncguard-conformance-tests} on
 * the class path.
 */
public abstract class ContainerConformance extends LockBackendConformance {
    private final TestServer server;

    /** For subclasses. Starts nothing. */
    protected ContainerConformance(TestServer server) {
        this.server = Objects.requireNonNull(server);
    }

    /**
     * Returns a new backend, as {@link #createBackend()} does.
     *
     * @param address the server's, as {@link TestServer#address()} returns it
     */
    protected abstract LockBackend createBackend(String address);

    @Override
    protected final LockBackend createBackend() {
        return createBackend(server.address());
    }

    /** Skips the test if there is no server. */
    @BeforeEach
    protected final void requireServer() {
        server.obstacle().ifPresent(Assumptions::abort);
    }
}
