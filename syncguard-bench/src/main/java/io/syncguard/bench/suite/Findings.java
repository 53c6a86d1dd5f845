package io.syncguard.bench.suite;

import io.syncguard.bench.handoff.HandOffResult;
import io.syncguard.bench.probe.MemoryUse;
import io.syncguard.bench.run.Entrant;
import io.syncguard.bench.run.Results;
import java.util.List;
import java.util.Map;

/**
 * All that a run found out.
 *
 * @param entrants who took part, in the order of the report
 * @param results what their slices came to
 * @param handOffs what the contended races came to; empty if there were none
 * @param memory what locks take up
 * @param skipped who took no part, by name, and why
 * @param failures who failed, by name, and how
 */
record Findings(
        List<Entrant> entrants,
        Results results,
        List<HandOffResult> handOffs,
        List<MemoryUse> memory,
        Map<String, String> skipped,
        Map<String, String> failures) {
    Findings {
        entrants = List.copyOf(entrants);
        handOffs = List.copyOf(handOffs);
        memory = List.copyOf(memory);
        skipped = Map.copyOf(skipped);
        failures = Map.copyOf(failures);
    }
}
