package io.syncguard.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes. Results go to the output, and everything that is said about them to the error output.
 *
 * @param interactive whether somebody sits at it who can be asked
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    /** Reads nothing and writes nowhere. */
    static final Terminal NONE = new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false);

    /** Returns that of this process. It writes UTF-8, whatever the locale, so that other programs can read it. */
    static Terminal ofProcess() {
        return new Terminal(
                System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), isInteractive(System.console()));
    }

    private static PrintStream utf8(FileDescriptor to) {
        return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
    }

    /** Some JDKs have a console where there is no terminal, and those can tell. */
    private static boolean isInteractive(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException beforeJdk22) {
            return true;
        }
    }

    /** Prints a line of the result. */
    void print(String line) {
        out.println(line);
    }

    /** Says something about the result. */
    void tell(String line) {
        err.println(line);
    }

    /** Returns whether nobody reads the result any more, as behind {@code head}. */
    boolean isClosed() {
        return out.checkError();
    }

    /** Returns the first line of the input, without white space around it; empty at its end. Blocks until it is there. */
    String readLine() {
        try {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether somebody says yes. Blocks until an answer is there. */
    boolean isConfirmed(String question) {
        err.print(question + " [y/N] ");
        err.flush();
        String answer = readLine();
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
    }
}
