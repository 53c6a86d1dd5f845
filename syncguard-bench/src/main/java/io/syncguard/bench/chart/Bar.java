package io.syncguard.bench.chart;

/**
 * A bar of a chart.
 *
 * @param label what it is of
 * @param tone how it is coloured
 * @param value how long it is; NaN for none
 */
public record Bar(String label, Tone tone, double value) {}
