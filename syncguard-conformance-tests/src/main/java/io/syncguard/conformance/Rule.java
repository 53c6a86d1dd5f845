package io.syncguard.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A rule of {@code specs/interface.md}, as {@code rules.txt} has it: its id, and what it says in a line. */
record Rule(String id, String title) {
    private static final List<Rule> ALL = read();

    /** Returns all rules, in the order of the specification. */
    static List<Rule> all() {
        return ALL;
    }

    private static List<Rule> read() {
        try (InputStream in = Objects.requireNonNull(Rule.class.getResourceAsStream("rules.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .map(parts -> new Rule(parts[0], parts[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
