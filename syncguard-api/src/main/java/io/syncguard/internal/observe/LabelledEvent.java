package io.syncguard.internal.observe;

import io.syncguard.LockLabel;
import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/** An event of Flight Recorder that is about one lock. */
abstract class LabelledEvent extends Event {
    @Label("Name")
    @Nullable
    String name;

    @Label("Key Fingerprint")
    @Nullable
    String keyFingerprint;

    final void describe(LockLabel lock) {
        name = lock.name().orElse(null);
        keyFingerprint = lock.keyFingerprint();
    }
}
