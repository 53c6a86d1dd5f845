package io.syncguard.cli;

/** Says what is not checked of Firestore. Stateless. */
final class FirestoreChecks {
    private FirestoreChecks() {}

    /**
     * Adds a line for each.
     *
     * @param write whether a lock is acquired as well
     */
    static void run(Findings findings, boolean write) {
        if (!write) {
            findings.note(
                    "not checked",
                    "whether this user may write, and the clock of Firestore: add --write",
                    "docs/firestore.md#roles");
        }
        findings.note(
                "not checked",
                "the index of waiters, exemptions of other fields, TTL policies and quotas",
                "docs/firestore.md#indexes");
    }
}
