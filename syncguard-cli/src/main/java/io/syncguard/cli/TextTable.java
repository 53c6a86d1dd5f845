package io.syncguard.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of text in columns, the first line being the header. Not thread-safe. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> lines = new ArrayList<>();

    TextTable(List<String> header) {
        lines.add(header);
    }

    /** Adds a line with as many cells as the header has. */
    void add(List<String> cells) {
        lines.add(cells.stream().map(Printable::of).toList());
    }

    /** Returns the lines, with the columns as wide as their widest cell. */
    List<String> lines() {
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        return lines.stream().map(line -> aligned(line, widths)).toList();
    }

    private static String aligned(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            text.append(i == 0 ? "" : GAP).append(line.get(i)).append(" ".repeat(widths[i] - width(line.get(i))));
        }
        return text.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
