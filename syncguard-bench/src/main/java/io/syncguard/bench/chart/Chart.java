package io.syncguard.bench.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** A chart: a title, what the numbers are, and panels side by side and one below the other. Not thread-safe. */
public final class Chart {
    private static final double MARGIN = 32;
    private static final double HEAD = 104;
    private static final double FOOT = 22;

    private final String title;
    private final String units;
    private final int across;
    private final double panelWidth;
    private final List<Panel> panels = new ArrayList<>();

    private Chart(String title, String units, int across, double panelWidth) {
        this.title = title;
        this.units = units;
        this.across = across;
        this.panelWidth = panelWidth;
    }

    /** A named group of bars or spans. */
    public record Group<T>(String title, List<T> rows) {
        /** Takes a copy of the rows. */
        public Group {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Returns bars as SVG, the longest of each group on top; each group has a scale of its own.
     *
     * @param units what the numbers are, and whether more is better
     */
    public static String bars(String title, String units, List<Group<Bar>> groups) {
        Chart chart = new Chart(title, units, 2, 620);
        for (Group<Bar> group : groups) {
            chart.panels.add(new BarPanel(group.title(), group.rows()));
        }
        return chart.svg();
    }

    /**
     * Returns spans as SVG, those that begin first on top, on a logarithmic scale that all groups share.
     *
     * @param units what the numbers are, and what is better
     * @param columns the headings of what is noted at the end of each row
     */
    public static String spans(String title, String units, List<String> columns, List<Group<Span>> groups) {
        List<Span> all = groups.stream()
                .flatMap(group -> SpanPanel.drawn(group.rows()).stream())
                .toList();
        DoubleStream from = all.stream().mapToDouble(Span::from);
        DoubleStream to = all.stream().mapToDouble(Span::to);
        LogScale scale = LogScale.over(from.min().orElse(1), to.max().orElse(10));
        Chart chart = new Chart(title, units, 1, 1000);
        for (Group<Span> group : groups) {
            chart.panels.add(new SpanPanel(group.title(), group.rows(), columns, scale));
        }
        return chart.svg();
    }

    private String svg() {
        Svg svg = new Svg();
        double width = 2 * MARGIN + across * panelWidth + (across - 1) * MARGIN;
        svg.text(MARGIN, 42, 23, true, Svg.Anchor.START, Svg.INK, title);
        svg.text(MARGIN, 67, 14, false, Svg.Anchor.START, Svg.MUTED, units);
        legend(svg, MARGIN, 88);
        double y = HEAD + 8;
        for (int row = 0; row < panels.size(); row += across) {
            List<Panel> side = panels.subList(row, Math.min(row + across, panels.size()));
            for (int i = 0; i < side.size(); i++) {
                side.get(i).draw(svg, MARGIN + i * (panelWidth + MARGIN), y, panelWidth);
            }
            y += side.stream().mapToDouble(Panel::height).max().orElse(0);
        }
        return svg.document(width, y + FOOT, title);
    }

    private static void legend(Svg svg, double x, double y) {
        double at = x;
        at = key(svg, at, y, Tone.OURS, "SyncGuard", 104);
        at = key(svg, at, y, Tone.FLOOR, "the bare client, same scripts", 208);
        at = key(svg, at, y, Tone.PEER, "other libraries", 122);
        key(svg, at, y, Tone.CEILING, "load generator in C, same scripts", 240);
    }

    private static double key(Svg svg, double x, double y, Tone tone, String label, double width) {
        svg.rectangle(x, y - 9, 11, 11, 2, tone.fill());
        svg.text(x + 17, y + 1, 12, tone == Tone.OURS, Svg.Anchor.START, tone.ink(), label);
        return x + width;
    }
}
