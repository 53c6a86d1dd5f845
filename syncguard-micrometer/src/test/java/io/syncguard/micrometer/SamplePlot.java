package io.syncguard.micrometer;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One plot of figures over time. It marks where each phase begins. Not thread-safe. */
final class SamplePlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 340;
    private static final Color INK = new Color(0x1f, 0x29, 0x37);
    private static final Color GRID = new Color(0xe5, 0xe7, 0xeb);
    private static final Color MARK = new Color(0x6b, 0x72, 0x80);
    private static final float[] DASHES = {4, 4};

    private final List<MeterSample> samples;
    private final XYChart chart;
    private double highest;

    SamplePlot(String title, String unit, List<MeterSample> samples) {
        this.samples = samples;
        this.chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("seconds since the start")
                .yAxisTitle(unit)
                .build();
        style(chart.getStyler());
    }

    private void style(XYStyler style) {
        style.setChartBackgroundColor(Color.WHITE)
                .setChartFontColor(INK)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(font(Font.BOLD, 16))
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setLegendFont(font(Font.PLAIN, 12))
                .setLegendBorderColor(Color.WHITE)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setAnnotationLineColor(MARK)
                .setAnnotationLineStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, DASHES, 0))
                .setAnnotationTextFont(font(Font.PLAIN, 12))
                .setAnnotationTextFontColor(INK);
        style.setAxisTitleFont(font(Font.PLAIN, 12))
                .setAxisTickLabelsFont(font(Font.PLAIN, 11))
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setPlotMargin(0)
                .setXAxisMin(0.0)
                .setYAxisMin(0.0)
                .setXAxisDecimalPattern("0")
                .setYAxisDecimalPattern("0.#");
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /** Adds a series that keeps each value until the next one. */
    SamplePlot steps(String name, Color color, List<Double> values) {
        return series(name, color, values, XYSeriesRenderStyle.Step);
    }

    /** Adds a series whose line has a gap where the value is not a number. */
    SamplePlot line(String name, Color color, List<Double> values) {
        return series(name, color, values, XYSeriesRenderStyle.Line);
    }

    private SamplePlot series(String name, Color color, List<Double> values, XYSeriesRenderStyle style) {
        List<Double> seconds = samples.stream().map(MeterSample::seconds).toList();
        XYSeries series = chart.addSeries(name, seconds, values);
        series.setXYSeriesRenderStyle(style);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(2));
        series.setMarker(SeriesMarkers.NONE);
        highest = Math.max(
                highest,
                values.stream()
                        .filter(Double::isFinite)
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0));
        return this;
    }

    /** Writes it as SVG, and returns the file. */
    Path writeTo(Path file) throws IOException {
        markPhases();
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        ChartEncoder.saveChart(chart, svg, "svg");
        return Files.writeString(file, ShortSvg.of(svg.toString(StandardCharsets.UTF_8)));
    }

    /** Their names are in a strip above all values. */
    private void markPhases() {
        double end = samples.get(samples.size() - 1).seconds();
        chart.getStyler().setXAxisMax(end);
        chart.getStyler().setYAxisMax(highest * 1.2);
        for (ContentionPhase phase : ContentionPhase.values()) {
            double from = beginOf(phase);
            double to = phase == ContentionPhase.END ? end : beginOf(ContentionPhase.values()[phase.ordinal() + 1]);
            chart.addAnnotation(new AnnotationLine(from, true, false));
            chart.addAnnotation(new AnnotationText(phase.title(), (from + to) / 2, highest * 1.12, false));
        }
    }

    private double beginOf(ContentionPhase phase) {
        return samples.stream()
                .filter(sample -> sample.phase() == phase)
                .findFirst()
                .orElseThrow()
                .seconds();
    }
}
