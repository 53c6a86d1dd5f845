package io.syncguard.spring.boot;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.gcloud.FirestoreEmulatorContainer;

/** Has locks kept in a container with Firestore's emulator that is annotated with {@code @ServiceConnection}. */
final class FirestoreContainerDetailsFactory
        extends ContainerConnectionDetailsFactory<FirestoreEmulatorContainer, SyncGuardConnectionDetails> {
    FirestoreContainerDetailsFactory() {
        super(ANY_CONNECTION_NAME, "org.testcontainers.gcloud.FirestoreEmulatorContainer");
    }

    @Override
    protected SyncGuardConnectionDetails getContainerConnectionDetails(
            ContainerConnectionSource<FirestoreEmulatorContainer> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<FirestoreEmulatorContainer>
            implements SyncGuardConnectionDetails {
        Details(ContainerConnectionSource<FirestoreEmulatorContainer> source) {
            super(source);
        }

        @Override
        public String getUri() {
            return "firestore://syncguard?emulator=" + getContainer().getEmulatorEndpoint();
        }
    }
}
