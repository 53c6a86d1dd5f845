/** What a run writes for people to read. */
@NullMarked
package io.syncguard.bench.report;

import org.jspecify.annotations.NullMarked;
