package io.syncguard.conformance;

import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the process of a {@link ClientJvm} runs. */
final class ClientMain {
    private ClientMain() {}

    /**
     * Obeys the commands on the standard input, a line each, until it ends. Its first line is the URI of the backend: a password may be in
     * it, and everybody can read the arguments of a process. The second is the {@link View} through which the backend is used.
     */
    public static void main(String[] args) throws IOException {
        // What a client library prints is no answer.
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        LockBackend backend = (LockBackend) SyncGuard.openBackend(input.readLine());
        ClientCommands commands =
                new ClientCommands(View.valueOf(input.readLine()).of(backend), System::currentTimeMillis);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            answers.println(commands.answer(line));
            answers.flush();
        }
        // The test has ended, and its server may have.
        Runtime.getRuntime().halt(0);
    }
}
