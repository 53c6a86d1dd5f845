package io.syncguard.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown, the first column to the left and the others to the right. Not thread-safe. */
public final class Table {
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    public void add(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(headings.size() + " cells make a row, not " + cells.length);
        }
        rows.add(List.of(cells));
    }

    /** Returns the lines, each with its end. */
    public String markdown() {
        List<String> rule = new ArrayList<>(Collections.nCopies(headings.size(), "---:"));
        rule.set(0, "---");
        return line(headings) + line(rule) + rows.stream().map(Table::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
