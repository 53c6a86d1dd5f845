package io.syncguard.bench.chart;

/** A part of a chart with a title of its own. */
interface Panel {
    /** Returns how much room it takes from top to bottom. */
    double height();

    /** Draws it with its upper left corner at a point. */
    void draw(Svg svg, double x, double y, double width);
}
