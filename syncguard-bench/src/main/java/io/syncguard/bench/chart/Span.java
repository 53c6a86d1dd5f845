package io.syncguard.bench.chart;

import java.util.List;

/**
 * A row of a chart with a span from one value to another.
 *
 * @param label what it is of
 * @param tone how it is coloured
 * @param from where the span begins, with a dot
 * @param to where it ends
 * @param notes what stands at the end of the row, a text for each column
 */
public record Span(String label, Tone tone, double from, double to, List<String> notes) {
    /** Takes a copy of the notes. */
    public Span {
        notes = List.copyOf(notes);
    }
}
