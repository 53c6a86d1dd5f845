package io.syncguard.bench.load;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What one candidate did in one short time under one load. Immutable. */
public final class Slice {
    private final Map<Figure, Double> figures;

    /** Takes a copy of what is known. */
    public Slice(Map<Figure, Double> figures) {
        EnumMap<Figure, Double> copy = new EnumMap<>(Figure.class);
        copy.putAll(figures);
        this.figures = Collections.unmodifiableMap(copy);
    }

    /** Returns a figure; NaN if it is not known. */
    public double get(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    /** Returns it as one line of text, by which one JVM tells another. */
    public String line() {
        StringBuilder line = new StringBuilder();
        figures.forEach((figure, value) -> line.append(line.isEmpty() ? "" : " ")
                .append(figure.name().toLowerCase(Locale.ROOT))
                .append('=')
                .append(value));
        return line.toString();
    }

    /**
     * Returns the slice in a line.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    public static Slice read(String line) {
        EnumMap<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (String part : line.split(" ", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not a figure: '" + part + "'");
            }
            Figure figure = Figure.valueOf(part.substring(0, equals).toUpperCase(Locale.ROOT));
            figures.put(figure, Double.valueOf(part.substring(equals + 1)));
        }
        return new Slice(figures);
    }
}
