package io.syncguard.spring.boot;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** What {@link AheadOfTimeTest} processes and starts. */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    DataRedisAutoConfiguration.class,
    SyncGuardAutoConfiguration.class,
    SyncGuardMicrometerAutoConfiguration.class,
    SyncGuardHealthContributorAutoConfiguration.class,
    LocksEndpointAutoConfiguration.class
})
final class AheadOfTimeApplication {
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(AheadOfTimeApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(arguments);
                HeldLock lock = context.getBean(SyncGuard.class).acquire("account:42")) {
            LocksEndpoint.Locks locks = context.getBean(LocksEndpoint.class).locks();
            System.out.println("ahead of time: " + AotDetector.useGeneratedArtifacts() + ", backend: "
                    + locks.backend() + ", holder: " + locks.locks().get(0).holder() + ", held: "
                    + lock.isHeld());
        }
    }
}
