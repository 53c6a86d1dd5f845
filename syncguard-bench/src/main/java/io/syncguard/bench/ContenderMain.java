package io.syncguard.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A contender in a JVM of its own. Says when it is ready, reads one line with the window, contends, and then writes its
 * attempts, a line each. Ends by itself, also if its parent is gone.
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
            // Its number is of no matter here: the parent knows it.
            Contender contender = new Contender(0, client.lock(args[2]), pause);
            contender.prepare();
            answers.println(READY);
            answers.flush();
            for (Attempt attempt : contend(contender)) {
                answers.println(AttemptLine.write(attempt));
            }
            answers.println(END);
            answers.flush();
        }
    }

    private static List<Attempt> contend(Contender contender) throws IOException, InterruptedException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String order = orders.readLine();
        if (order == null) {
            return List.of();
        }
        String[] times = order.split(" ", -1);
        return contender.contend(new Window(Long.parseLong(times[0]), Long.parseLong(times[1])));
    }
}
