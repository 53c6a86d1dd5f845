package io.syncguard.bench.chart;

import io.syncguard.bench.report.Numbers;
import java.util.Comparator;
import java.util.List;

/** Bars, the longest on top, each with its value at its end. */
final class BarPanel implements Panel {
    private static final double HEAD = 38;
    private static final double ROW = 25;
    private static final double LABELS = 268;
    private static final double VALUES = 70;

    private final String title;
    private final List<Bar> bars;

    BarPanel(String title, List<Bar> bars) {
        this.title = title;
        this.bars = bars.stream()
                .filter(bar -> Double.isFinite(bar.value()))
                .sorted(Comparator.comparingDouble(Bar::value).reversed())
                .toList();
    }

    @Override
    public double height() {
        return HEAD + ROW * bars.size() + 18;
    }

    @Override
    public void draw(Svg svg, double x, double y, double width) {
        svg.text(x, y + 18, 16, true, Svg.Anchor.START, Svg.INK, title);
        double longest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        double room = width - LABELS - VALUES;
        double top = y + HEAD;
        for (Bar bar : bars) {
            boolean ours = bar.tone() == Tone.OURS;
            double length = Math.max(2, room * bar.value() / longest);
            double middle = top + ROW / 2;
            svg.text(
                    x + LABELS - 10,
                    middle + 4.5,
                    13,
                    ours,
                    Svg.Anchor.END,
                    bar.tone().ink(),
                    bar.label());
            svg.rectangle(x + LABELS, top + 4, length, ROW - 8, 3, bar.tone().fill());
            svg.text(
                    x + LABELS + length + 8,
                    middle + 4.5,
                    13,
                    ours,
                    Svg.Anchor.START,
                    bar.tone().ink(),
                    Numbers.whole(bar.value()));
            top += ROW;
        }
        svg.line(x + LABELS, y + HEAD, x + LABELS, top, 1, Svg.MUTED);
    }
}
