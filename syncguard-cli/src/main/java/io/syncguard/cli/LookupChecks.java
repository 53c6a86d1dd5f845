package io.syncguard.cli;

import io.syncguard.BackendUnavailableException;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;

/** Checks whether locks can be found by id and listed, on any backend. Stateless. */
final class LookupChecks {
    private static final String REDIS = "docs/redis.md#a-user-of-its-own";
    private static final String FIRESTORE = "docs/firestore.md#indexes";

    private LookupChecks() {}

    /** Blocks for two round trips. */
    static void run(LockBackend backend, Findings findings) {
        String section = backend.name().startsWith("redis") ? REDIS : FIRESTORE;
        check(findings, "lookup by id", section, () -> {
            var unused = backend.lookup(backend.newLockId(LockKey.of(WriteCheck.KEY)));
        });
        check(findings, "listing", section, () -> {
            if (backend.listing().isPresent()) {
                var unused = backend.listing().get().page("", LockListing.START);
            }
        });
    }

    private static void check(Findings findings, String name, String section, Runnable look) {
        try {
            look.run();
            findings.ok(name, "works");
        } catch (BackendUnavailableException away) {
            throw away;
        } catch (LockException refused) {
            findings.fail(name, "is refused: " + FailureWords.of(refused), "", section);
        }
    }
}
