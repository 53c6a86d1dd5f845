package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.GuardOptions;
import io.syncguard.LockListener;
import io.syncguard.LockObserver;
import io.syncguard.SyncGuard;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ResourceLoader;

/**
 * Configures a {@link SyncGuard} from the properties {@code syncguard.*} or from the application's own connection, and closes it in time.
 * Does nothing if there is a {@code SyncGuard} already.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
            "com.google.cloud.spring.autoconfigure.firestore.GcpFirestoreAutoConfiguration"
        })
@ConditionalOnSwitch("syncguard.enabled")
@ConditionalOnMissingBean(SyncGuard.class)
@EnableConfigurationProperties(SyncGuardProperties.class)
@Import({
    LettuceSourceConfiguration.class,
    JedisSourceConfiguration.class,
    RedisDetailsSourceConfiguration.class,
    FirestoreSourceConfiguration.class
})
public final class SyncGuardAutoConfiguration {
    /** Called by the container. */
    public SyncGuardAutoConfiguration() {}

    @Bean
    RestartableGuard syncGuard(
            SyncGuardProperties properties,
            ObjectProvider<Backend> backends,
            ObjectProvider<SyncGuardConnectionDetails> details,
            ObjectProvider<BackendSource> sources,
            ObjectProvider<LockListener> listeners,
            ObjectProvider<LockObserver> observers,
            ObjectProvider<GuardOptionsCustomizer> customizers,
            ResourceLoader application) {
        GuardOptions options = options(properties, listeners, observers, customizers);
        BackendChoice choice = new BackendChoice(
                properties,
                primaryOrAll(backends),
                primaryOrAll(details),
                sources.orderedStream().toList(),
                application.getClassLoader());
        return new RestartableGuard(choice.place(), options);
    }

    private static <T> List<T> primaryOrAll(ObjectProvider<T> beans) {
        T one = beans.getIfUnique();
        return one != null ? List.of(one) : beans.stream().toList();
    }

    private static GuardOptions options(
            SyncGuardProperties properties,
            ObjectProvider<LockListener> listeners,
            ObjectProvider<LockObserver> observers,
            ObjectProvider<GuardOptionsCustomizer> customizers) {
        GuardOptions options = BackendOptions.with(
                GuardOptions.defaults(),
                "syncguard.close-timeout",
                properties.closeTimeout(),
                GuardOptions::withCloseTimeout);
        options = BackendOptions.with(options, "syncguard.holder", properties.holder(), GuardOptions::withHolder);
        if (properties.showKeys()) {
            options = options.withKeysShown();
        }
        List<LockListener> listening = listeners.orderedStream().toList();
        if (!listening.isEmpty()) {
            options = options.withListener(listening.size() == 1 ? listening.get(0) : new ListenersInOrder(listening));
        }
        for (LockObserver observer : (Iterable<LockObserver>) observers.orderedStream()::iterator) {
            options = options.withObserver(observer);
        }
        Stream<GuardOptionsCustomizer> inOrder = customizers.orderedStream();
        for (GuardOptionsCustomizer customizer : (Iterable<GuardOptionsCustomizer>) inOrder::iterator) {
            options = customizer.customize(options);
        }
        return options;
    }

    @Bean
    GuardLifecycle syncGuardLifecycle(RestartableGuard guard) {
        return new GuardLifecycle(guard);
    }
}
