package io.syncguard.examples;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What the quick start claims, what it measured, and whether the one bears out the other. */
final class Claims {
    private record Claim(String text, String measured, boolean holds) {}

    private final PrintStream out;
    private final List<Claim> claims = new ArrayList<>();

    Claims(PrintStream out) {
        this.out = out;
    }

    void add(String text, boolean holds, String measured) {
        claims.add(new Claim(text, measured, holds));
    }

    /** Returns whether there were claims and all of them held. */
    boolean allHold() {
        return !claims.isEmpty() && claims.stream().allMatch(Claim::holds);
    }

    void print() {
        out.println();
        for (Claim claim : claims) {
            out.printf("  %-6s  %-58s  %s%n", claim.holds ? "ok" : "FAILED", claim.text, claim.measured);
        }
        long failed = claims.stream().filter(claim -> !claim.holds).count();
        out.println();
        out.println(failed == 0 ? "All " + claims.size() + " claims held." : failed + " of them did not hold.");
    }
}
