package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;

/**
 * How a candidate did in one setting.
 *
 * @param figures medians over its races; NaN where there was none
 * @param races how many races it ran to their ends
 * @param brokenRaces how many broke off
 */
public record HandOffResult(Candidate candidate, Setting setting, Figures figures, int races, int brokenRaces) {}
