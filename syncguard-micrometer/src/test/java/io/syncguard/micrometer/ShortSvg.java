package io.syncguard.micrometer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the same picture with fewer characters. The chart library draws letters as outlines and each piece of a line as an element, both
 * with fifteen digits.
 */
final class ShortSvg {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(E-?\\d+)?");
    private static final Pattern LINE =
            Pattern.compile("<line (style=\"[^\"]*\") x1=\"(.*?)\" x2=\"(.*?)\" y1=\"(.*?)\" y2=\"(.*?)\"/>\\s*");
    private static final Pattern OUTLINE = Pattern.compile(" d=\"([^\"]*)\"");
    private static final Pattern STEP = Pattern.compile("([MLQCZ])|(-?\\d[\\d.E-]*)");

    private static final String CLOSE = "\"/>\n";
    private static final int TENTHS = 10;

    /** How many numbers a command has. */
    private static final Map<String, Integer> COORDINATES = Map.of("M", 2, "L", 2, "Q", 4, "C", 6);

    private ShortSvg() {}

    static String of(String svg) {
        String outlined = OUTLINE.matcher(joined(svg)).replaceAll(each -> " d=\"" + relative(each.group(1)) + "\"");
        return NUMBER.matcher(outlined).replaceAll(each -> rounded(each.group()));
    }

    /** Returns the picture with one path for lines of which each begins where the one before ended. */
    private static String joined(String svg) {
        StringBuilder shorter = new StringBuilder();
        String style = "";
        String end = "";
        int copied = 0;
        Matcher line = LINE.matcher(svg);
        while (line.find()) {
            String begin = line.group(2) + "," + line.group(4);
            boolean goesOn = line.start() == copied && line.group(1).equals(style) && begin.equals(end);
            if (!goesOn) {
                shorter.append(end.isEmpty() ? "" : CLOSE).append(svg, copied, line.start());
                style = line.group(1);
                shorter.append("<path ").append(style).append(" d=\"M").append(begin);
            }
            end = line.group(3) + "," + line.group(5);
            shorter.append(" L").append(end);
            copied = line.end();
        }
        return shorter.append(end.isEmpty() ? "" : CLOSE)
                .append(svg.substring(copied))
                .toString();
    }

    private static String rounded(String number) {
        return String.format(Locale.ROOT, "%.2f", Double.parseDouble(number)).replaceAll("\\.?0+$", "");
    }

    /** Returns an outline whose points are relative to the one before, in tenths of a pixel. Rounding does not add up. */
    private static String relative(String outline) {
        StringBuilder shorter = new StringBuilder();
        String command = "";
        List<Long> from = List.of(0L, 0L);
        List<Long> begin = from;
        List<Long> points = new ArrayList<>();
        Matcher step = STEP.matcher(outline);
        while (step.find()) {
            if (step.group(1) != null) {
                command = step.group(1);
                shorter.append(command.toLowerCase(Locale.ROOT));
                from = command.equals("Z") ? begin : from;
                continue;
            }
            points.add(Math.round(Double.parseDouble(step.group(2)) * TENTHS));
            if (points.size() == COORDINATES.get(command)) {
                for (int i = 0; i < points.size(); i++) {
                    append(shorter, points.get(i) - from.get(i % 2));
                }
                from = List.copyOf(points.subList(points.size() - 2, points.size()));
                begin = command.equals("M") ? from : begin;
                points.clear();
            }
        }
        return shorter.toString();
    }

    private static void append(StringBuilder outline, long tenths) {
        String number = BigDecimal.valueOf(tenths, 1)
                .stripTrailingZeros()
                .toPlainString()
                .replaceFirst("^(-?)0\\.", "$1.");
        if (!number.startsWith("-") && Character.isDigit(outline.charAt(outline.length() - 1))) {
            outline.append(' ');
        }
        outline.append(number);
    }
}
