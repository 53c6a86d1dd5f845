package io.syncguard.bench.gate;

import java.util.Map;

/** Measures some targets. */
@FunctionalInterface
interface Check {
    /** Returns what it measured. Blocks for minutes. */
    Map<Target, Reading> run() throws Exception;
}
