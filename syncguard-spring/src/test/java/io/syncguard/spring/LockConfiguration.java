package io.syncguard.spring;

import io.syncguard.SyncGuard;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
@EnableLocked
class LockConfiguration {
    @Bean
    SyncGuard guard(@Value("${locks.address}") String address) {
        return SyncGuard.connect(address);
    }

    @Bean
    LockedDefaults lockedDefaults() {
        return LockedDefaults.defaults().withWaitFor(Duration.ofSeconds(10));
    }
}
