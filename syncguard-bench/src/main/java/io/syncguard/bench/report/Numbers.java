package io.syncguard.bench.report;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
    /** Stands for what is not known. */
    public static final String UNKNOWN = "–";

    private Numbers() {}

    /** Returns a number with so many digits after the point. */
    public static String decimals(int decimals, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : UNKNOWN;
    }

    /** Returns a number without digits after the point. */
    public static String whole(double value) {
        return decimals(0, value);
    }

    /** Returns a number with about three digits that mean something. */
    public static String brief(double value) {
        if (!Double.isFinite(value)) {
            return UNKNOWN;
        }
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return whole(value);
        }
        return decimals(size >= 10 ? 1 : 2, value);
    }

    /** Returns how many times something is something else. */
    public static String times(double ratio) {
        return Double.isFinite(ratio) ? decimals(2, ratio) + "×" : UNKNOWN;
    }
}
