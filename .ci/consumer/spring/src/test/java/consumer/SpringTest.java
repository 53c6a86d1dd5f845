package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.spring.EnableLocked;
import io.syncguard.spring.Locked;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SpringTest {
    @Test
    void locksAMethod() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Application.class)) {
            assertThat(context.getBean(Orders.class).pay(42)).isTrue();
            assertThat(context.getBean(SyncGuard.class).isLocked("order-42")).isFalse();
        }
    }

    @Configuration
    @EnableLocked
    static class Application {
        @Bean
        SyncGuard guard() {
            return SyncGuard.connect("memory:");
        }

        @Bean
        Orders orders(SyncGuard guard) {
            return new Orders(guard);
        }
    }

    static class Orders {
        private final SyncGuard guard;

        Orders(SyncGuard guard) {
            this.guard = guard;
        }

        @Locked("order-#{#number}")
        public boolean pay(int number) {
            return guard.isLocked("order-" + number);
        }
    }
}
