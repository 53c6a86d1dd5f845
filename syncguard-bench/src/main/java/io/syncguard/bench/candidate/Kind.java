package io.syncguard.bench.candidate;

/** What part a candidate plays in a comparison. */
public enum Kind {
    /** This library. */
    OURS,
    /** The bare client with the same scripts: what this library adds its overhead to. */
    FLOOR,
    /** Another library. */
    PEER,
    /** What no client can be faster than on this machine: a load generator with the same scripts. */
    CEILING
}
