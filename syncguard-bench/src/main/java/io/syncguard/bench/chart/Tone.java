package io.syncguard.bench.chart;

/** The colours of what is drawn. Ours is the only one that is not grey. */
public enum Tone {
    /** This library. */
    OURS("#0f62c9", "#0b4a99"),
    /** The bare client. */
    FLOOR("#475467", "#344054"),
    /** Another library. */
    PEER("#a3adbb", "#475467"),
    /** A load generator. */
    CEILING("#d8dde5", "#667085");

    private final String fill;
    private final String ink;

    Tone(String fill, String ink) {
        this.fill = fill;
        this.ink = ink;
    }

    String fill() {
        return fill;
    }

    /** Returns the colour of words, which have to be darker than areas. */
    String ink() {
        return ink;
    }
}
