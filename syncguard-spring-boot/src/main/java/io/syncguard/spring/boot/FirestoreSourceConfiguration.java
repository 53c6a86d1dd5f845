package io.syncguard.spring.boot;

import com.google.cloud.firestore.Firestore;
import io.syncguard.firestore.FirestoreLockBackend;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Locks through the application's Firestore client. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({FirestoreLockBackend.class, Firestore.class})
@ConditionalOnSingleCandidate(Firestore.class)
class FirestoreSourceConfiguration {
    @Bean
    FirestoreBackendSource syncGuardFirestoreSource(Firestore client, SyncGuardProperties properties) {
        return new FirestoreBackendSource(client, properties);
    }
}
