package io.syncguard.bench.jmh;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.candidate.Client;
import io.syncguard.bench.candidate.Kinds;
import io.syncguard.bench.candidate.Preparation;
import io.syncguard.bench.load.Load;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The JVM of one candidate. Reads orders, a line each, and answers each with a line: a slice, that it cannot, or that it
 * failed. Ends as soon as its input does, so it does not outlive its parent.
 */
public final class CandidateMain {
    /** What is answered when it is ready for orders. */
    public static final String READY = "ready";

    /** What is answered when the candidate has no such operation. */
    public static final String CANNOT = "cannot";

    /** What an answer begins with when it failed; the kinds of exception follow. */
    public static final String FAILED = "failed ";

    /** What an answer with a slice begins with. */
    public static final String SLICE = "slice ";

    /** So many connections may be wanted at once. */
    private static final int MOST_CALLERS = 32;

    /** Connections are opened, scripts loaded, classes too. */
    private static final int PREPARATIONS = 20;

    private CandidateMain() {}

    /** Expects the candidate's name and the server's URI. */
    public static void main(String[] args) {
        PrintStream answers = System.out;
        // What a library prints is no answer.
        System.setOut(System.err);
        Candidate candidate = Candidates.named(args[0]).orElseThrow();
        BlockingQueue<String> orders = orders();
        try (Client client = candidate.open(args[1], MOST_CALLERS)) {
            Preparation.of(client.lock(KeyNames.of(0, 0)), PREPARATIONS);
            Subject.set(client);
            tell(answers, READY);
            while (true) {
                tell(answers, answer(candidate, client, Order.read(orders.take())));
            }
        } catch (Exception e) {
            tell(answers, FAILED + Kinds.of(e));
        }
        // Clients of others may leave threads behind.
        System.exit(1);
    }

    /** Ends this JVM with its input, also in the middle of a slice: then the server is gone, and calls may hang. */
    private static BlockingQueue<String> orders() {
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .lines()
                            .forEach(orders::add);
                    Runtime.getRuntime().halt(0);
                },
                "orders");
        reader.setDaemon(true);
        reader.start();
        return orders;
    }

    private static String answer(Candidate candidate, Client client, Order order) {
        if (!can(client, order.load())) {
            return CANNOT;
        }
        try {
            return SLICE
                    + JmhSlice.run(
                                    candidate.name(),
                                    order.load(),
                                    order.round(),
                                    order.warmUp(),
                                    order.time(),
                                    order.json())
                            .line();
        } catch (Exception e) {
            System.err.println(candidate.name() + ", " + order.load().name() + ": " + rootKind(e));
            return FAILED + rootKind(e);
        }
    }

    /** Returns the kind of what a caller met; JMH hides it below its own. Messages of others may name the lock. */
    private static String rootKind(Throwable e) {
        for (Throwable below = e; below != null; below = below.getCause()) {
            for (Throwable suppressed : below.getSuppressed()) {
                return Kinds.of(suppressed);
            }
        }
        return Kinds.of(e);
    }

    private static boolean can(Client client, Load load) {
        return switch (load.operation()) {
            case PAIR -> true;
            case ASYNC_PAIR -> client.asyncPair(KeyNames.of(0, 0)).isPresent();
            case EXTEND, IS_LOCKED, LOOKUP ->
                client.operations(KeyNames.of(0, 0)).isPresent();
        };
    }

    private static void tell(PrintStream answers, String answer) {
        answers.println(answer);
        answers.flush();
    }
}
