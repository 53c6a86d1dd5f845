package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.candidate.Client;
import io.syncguard.bench.candidate.Preparation;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A contender in a JVM of its own. Says when it is ready, reads one line with the window, contends, and then writes its
 * attempts, a line each. Ends when its input does, so it cannot long outlive its parent.
 */
final class ContenderMain {
    static final String READY = "ready";
    static final String END = "end";

    private ContenderMain() {}

    /** Expects the candidate's name, the server's URI, the lock's name and the pause in milliseconds. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        // What a library prints is no answer.
        System.setOut(System.err);
        Candidate candidate = Candidates.named(args[0]).orElseThrow();
        Duration pause = Duration.ofMillis(Long.parseLong(args[3]));
        try (Client client = candidate.open(args[1], 1)) {
            Preparation.of(
                    client.lock(args[2] + "-own-" + ProcessHandle.current().pid()), Terms.PREPARATIONS_OF_JVM);
            tell(answers, READY);
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String order = orders.readLine();
            if (order == null) {
                return;
            }
            // Its number is of no matter here: the parent knows it.
            Contender contender = new Contender(0, client.lock(args[2]), pause);
            for (Attempt attempt : contender.contend(window(order))) {
                answers.println(AttemptLine.write(attempt));
            }
            tell(answers, END);
            // Others may still be at it, and a client that is closed already would complain about what they send.
            orders.readLine();
        }
    }

    private static void tell(PrintStream answers, String answer) {
        answers.println(answer);
        answers.flush();
    }

    private static Window window(String order) {
        String[] times = order.split(" ", -1);
        return new Window(Long.parseLong(times[0]), Long.parseLong(times[1]));
    }
}
