package io.syncguard.spring.boot;

import com.google.cloud.firestore.Firestore;
import io.syncguard.Backend;
import io.syncguard.firestore.FirestoreLockBackend;
import io.syncguard.firestore.FirestoreLockOptions;

/** Hands the application's Firestore client to a Firestore backend. */
final class FirestoreBackendSource implements BackendSource {
    private final Firestore client;
    private final SyncGuardProperties properties;

    FirestoreBackendSource(Firestore client, SyncGuardProperties properties) {
        this.client = client;
        this.properties = properties;
    }

    @Override
    public BackendKind kind() {
        return BackendKind.FIRESTORE;
    }

    @Override
    public String description() {
        return "the Firestore";
    }

    @Override
    public Backend open() {
        FirestoreLockOptions options = options();
        return BackendOptions.opening(description(), properties, () -> FirestoreLockBackend.create(client, options));
    }

    private FirestoreLockOptions options() {
        SyncGuardProperties.Firestore firestore = properties.firestore();
        FirestoreLockOptions options = FirestoreLockOptions.defaults();
        options = BackendOptions.with(
                options,
                "syncguard.operation-timeout",
                properties.operationTimeout(),
                FirestoreLockOptions::withOperationTimeout);
        options = BackendOptions.with(
                options,
                "syncguard.connect-timeout",
                properties.connectTimeout(),
                FirestoreLockOptions::withConnectTimeout);
        options = BackendOptions.with(
                options,
                "syncguard.reject-long-keys",
                properties.rejectLongKeys(),
                FirestoreLockOptions::withRejectLongKeys);
        options = BackendOptions.with(
                options,
                "syncguard.fence-retention",
                properties.fenceRetention(),
                FirestoreLockOptions::withFenceRetention);
        options = BackendOptions.with(
                options,
                "syncguard.firestore.collection",
                firestore.collection(),
                FirestoreLockOptions::withCollection);
        options = BackendOptions.with(
                options, "syncguard.firestore.hashed-ids", firestore.hashedIds(), FirestoreLockOptions::withHashedIds);
        return BackendOptions.with(
                options,
                "syncguard.firestore.hand-over-slot",
                firestore.handOverSlot(),
                FirestoreLockOptions::withHandOverSlot);
    }
}
