package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Another host, as far as TCP can tell: a network namespace with a cable to it, which can fall silent as a host does that has lost its
 * power. Needs Linux, and root or its powers over the network. Not thread-safe.
 */
public final class RemoteHost implements AutoCloseable {
    /** Addresses that are set aside for tests of networks: 198.18.0.0/15. */
    private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16;

    private static final int CABLES = 1 << 15;
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Process keeper;
    private final String cable;
    private final ServerPlace here;
    private final ServerPlace there;

    private RemoteHost(Process keeper) throws IOException {
        this.keeper = keeper;
        // Unlike a name, a process takes its namespace with it, whatever ends it.
        String namespace = "/proc/" + keeper.pid() + "/ns/net";
        awaitNamespace(namespace);
        List<String> enter = List.of("nsenter", "--net=" + namespace, "--");
        this.cable = "sg" + ProcessHandle.current().pid() + "-" + STARTED.incrementAndGet();
        String farEnd = cable + "x";
        run(List.of(), "ip", "link", "add", cable, "type", "veth", "peer", "name", farEnd);
        try {
            // No two cables of a machine have one number.
            int number = Integer.parseInt(Files.readString(Path.of("/sys/class/net", cable, "ifindex"))
                    .strip());
            int network = FIRST_ADDRESS + number % CABLES * Integer.BYTES;
            this.here = new ServerPlace(address(network + 1), List.of());
            this.there = new ServerPlace(address(network + 2), enter);
            run(List.of(), "ip", "link", "set", farEnd, "netns", Long.toString(keeper.pid()));
            run(List.of(), "ip", "address", "add", here.address() + "/30", "dev", cable);
            run(List.of(), "ip", "link", "set", cable, "up");
            run(enter, "ip", "address", "add", there.address() + "/30", "dev", farEnd);
            run(enter, "ip", "link", "set", farEnd, "up");
            run(enter, "ip", "link", "set", "lo", "up");
        } catch (IOException e) {
            run(List.of(), "ip", "link", "delete", cable);
            throw e;
        }
    }

    /** Returns why this machine allows no such host; empty if it does. */
    public static Optional<String> obstacle() {
        try {
            open().close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "this machine does not allow network namespaces (root on Linux with the commands unshare, nsenter and ip): "
                            + e.getMessage());
        }
    }

    /**
     * Starts one.
     *
     * @throws UncheckedIOException if there is an {@linkplain #obstacle() obstacle}
     */
    public static RemoteHost start() {
        try {
            return open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RemoteHost open() throws IOException {
        // It ends when its input does, with this process at the latest.
        Process keeper = new ProcessBuilder("unshare", "--net", "cat").start();
        try {
            return new RemoteHost(keeper);
        } catch (IOException e) {
            keeper.destroyForcibly();
            throw e;
        }
    }

    private void awaitNamespace(String namespace) throws IOException {
        Path own = Path.of("/proc/self/ns/net");
        try {
            while (Files.readSymbolicLink(own).equals(Files.readSymbolicLink(Path.of(namespace)))) {
                if (!keeper.isAlive()) {
                    throw refusal();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (NoSuchFileException ended) {
            throw refusal();
        }
    }

    private IOException refusal() throws IOException {
        return new IOException(new String(keeper.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    private static String address(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    /** Returns where a server runs that is here, and that the host reaches. */
    public ServerPlace here() {
        return here;
    }

    /** Returns where a server runs that is on the host. */
    public ServerPlace there() {
        return there;
    }

    /** Has nothing leave the host any more: connections stay open, and nobody is told anything. */
    public void silence() {
        route("add");
    }

    /** Ends the silence. */
    public void endSilence() {
        route("delete");
    }

    private void route(String change) {
        try {
            run(there.launcher(), "ip", "route", change, "blackhole", here.address() + "/32");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(List<String> launcher, String... words) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Removes it. Servers on it must have been closed. */
    @Override
    public void close() {
        try {
            run(List.of(), "ip", "link", "delete", cable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            keeper.destroyForcibly();
        }
    }
}
