package io.syncguard.bench.chart;

import io.syncguard.bench.report.Numbers;
import java.util.Comparator;
import java.util.List;

/** Spans on a scale that they share, the one that begins first on top, with both ends written beside them. */
final class SpanPanel implements Panel {
    private static final double HEAD = 40;
    private static final double ROW = 26;
    private static final double AXIS = 24;
    private static final double LABELS = 268;
    private static final double COLUMN = 96;
    private static final double ENDS = 52;

    private final String title;
    private final List<Span> spans;
    private final List<String> columns;
    private final LogScale scale;

    /**
     * @param columns the headings of what is noted at the end of each row
     * @param scale what all panels of a chart share
     */
    SpanPanel(String title, List<Span> spans, List<String> columns, LogScale scale) {
        this.title = title;
        this.columns = List.copyOf(columns);
        this.scale = scale;
        this.spans = drawn(spans).stream()
                .sorted(Comparator.comparingDouble(Span::from))
                .toList();
    }

    /** Returns those that there is something to draw of. */
    static List<Span> drawn(List<Span> spans) {
        return spans.stream()
                .filter(span -> Double.isFinite(span.from()) && Double.isFinite(span.to()) && span.from() > 0)
                .toList();
    }

    @Override
    public double height() {
        return HEAD + ROW * spans.size() + AXIS + 14;
    }

    @Override
    public void draw(Svg svg, double x, double y, double width) {
        double left = x + LABELS + ENDS;
        double right = x + width - COLUMN * columns.size() - ENDS;
        double top = y + HEAD;
        double bottom = top + ROW * spans.size();
        svg.text(x, y + 18, 16, true, Svg.Anchor.START, Svg.INK, title);
        for (int i = 0; i < columns.size(); i++) {
            double end = x + width - COLUMN * (columns.size() - 1 - i);
            svg.text(end, y + 18, 12, false, Svg.Anchor.END, Svg.MUTED, columns.get(i));
        }
        for (double tick : scale.ticks()) {
            double at = left + (right - left) * scale.position(tick);
            svg.line(at, top, at, bottom, 1, Svg.RULE);
            svg.text(at, bottom + 17, 11, false, Svg.Anchor.MIDDLE, Svg.MUTED, Numbers.brief(tick));
        }
        for (Span span : spans) {
            row(svg, span, x, width, left, right, top + ROW / 2);
            top += ROW;
        }
    }

    private void row(Svg svg, Span span, double x, double width, double left, double right, double middle) {
        boolean ours = span.tone() == Tone.OURS;
        String ink = span.tone().ink();
        double from = left + (right - left) * scale.position(span.from());
        double to = left + (right - left) * scale.position(span.to());
        svg.text(x + LABELS - 10, middle + 4.5, 13, ours, Svg.Anchor.END, ink, span.label());
        svg.line(from, middle, to, middle, 5, span.tone().fill());
        svg.circle(from, middle, 5.5, "#ffffff", span.tone().ink());
        svg.text(from - 11, middle + 4.5, 12, ours, Svg.Anchor.END, ink, Numbers.brief(span.from()));
        svg.text(to + 9, middle + 4.5, 12, ours, Svg.Anchor.START, ink, Numbers.brief(span.to()));
        for (int i = 0; i < span.notes().size(); i++) {
            double end = x + width - COLUMN * (columns.size() - 1 - i);
            svg.text(
                    end,
                    middle + 4.5,
                    12,
                    ours,
                    Svg.Anchor.END,
                    ink,
                    span.notes().get(i));
        }
    }
}
