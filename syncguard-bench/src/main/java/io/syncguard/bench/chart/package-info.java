/** Draws charts as SVG. */
@NullMarked
package io.syncguard.bench.chart;

import org.jspecify.annotations.NullMarked;
