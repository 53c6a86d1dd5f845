package io.syncguard.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A command that ran in this JVM, and what came of it. */
record ProgramRun(int code, String out, String err) {
    /** Runs a command where nobody can be asked. */
    static ProgramRun of(Map<String, String> environment, String... arguments) {
        return of(false, input(""), environment, arguments);
    }

    /** Runs a command on a terminal on which somebody has typed an answer. */
    static ProgramRun answered(String answer, Map<String, String> environment, String... arguments) {
        return of(true, input(answer), environment, arguments);
    }

    /** Runs a command on a terminal on which somebody says yes, after something has happened. */
    static ProgramRun confirmedAfter(Runnable happens, Map<String, String> environment, String... arguments) {
        InputStream happening = new InputStream() {
            @Override
            public int read() {
                happens.run();
                return -1;
            }
        };
        return of(true, new SequenceInputStream(happening, input("y\n")), environment, arguments);
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ProgramRun of(
            boolean interactive, InputStream input, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                input,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive);
        int code = Program.run(terminal, environment, arguments);
        return new ProgramRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
