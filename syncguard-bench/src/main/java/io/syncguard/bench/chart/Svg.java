package io.syncguard.bench.chart;

import java.util.Locale;

/** Writes SVG. Not thread-safe. */
final class Svg {
    static final String INK = "#101828";
    static final String MUTED = "#667085";
    static final String RULE = "#e4e7ec";

    private static final String FONTS =
            "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif";

    private final StringBuilder body = new StringBuilder();

    /** Where a text is held. */
    enum Anchor {
        START,
        MIDDLE,
        END;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void rectangle(double x, double y, double width, double height, double radius, String fill) {
        add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" fill=\"%s\"/>",
                x, y, width, height, radius, fill);
    }

    void line(double x1, double y1, double x2, double y2, double width, String stroke) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linecap=\"round\"/>",
                x1, y1, x2, y2, stroke, width);
    }

    void circle(double x, double y, double radius, String fill, String stroke) {
        add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\" stroke-width=\"2\"/>",
                x, y, radius, fill, stroke);
    }

    void text(double x, double y, double size, boolean bold, Anchor anchor, String fill, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" font-weight=\"%s\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
                x, y, size, bold ? "600" : "400", anchor.word(), fill, escaped(text));
    }

    private void add(String format, Object... values) {
        body.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Returns the document, on a white ground so that it can be read on a dark page too. */
    String document(double width, double height, String title) {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
                                + " role=\"img\" font-family=\"%s\">%n  <title>%s</title>%n",
                        width,
                        height,
                        width,
                        height,
                        FONTS,
                        escaped(title))
                + String.format(
                        Locale.ROOT,
                        "  <rect width=\"%.0f\" height=\"%.0f\" rx=\"12\" fill=\"#ffffff\"/>%n",
                        width,
                        height)
                + body
                + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
