package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

/** An application that is processed ahead of time, as a native image is. */
public class NativeImageTest {
    public record Order(String id) {}

    public static class Orders {
        private final SyncGuard guard;

        public Orders(SyncGuard guard) {
            this.guard = guard;
        }

        @Locked("${room}-#{#order.id}-#{#root.method.name}")
        public boolean pay(Order order) {
            return guard.isLocked("blue-" + order.id() + "-pay");
        }
    }

    @Configuration
    @EnableLocked(order = 17)
    public static class Beans {
        @Bean
        public SyncGuard guard() {
            return TestLocks.create().guard();
        }

        @Bean
        public Orders orders(SyncGuard guard) {
            return new Orders(guard);
        }
    }

    @Test
    @CompileWithForkedClassLoader
    @DisplayName("what Spring generates ahead of time locks, and the image knows what expressions reach")
    void generated() {
        TestGenerationContext generation = new TestGenerationContext();
        AnnotationConfigApplicationContext definitions = new AnnotationConfigApplicationContext();
        definitions.register(Beans.class);
        System.setProperty("spring.aot.processing", "true");
        ClassName initializer;
        try {
            initializer = new ApplicationContextAotGenerator().processAheadOfTime(definitions, generation);
        } finally {
            System.clearProperty("spring.aot.processing");
        }
        generation.writeGeneratedContent();

        RuntimeHints hints = generation.getRuntimeHints();
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Orders.class, "pay"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class, "id"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(ExpressionRoot.class, "getMethod"))
                .accepts(hints);
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            @SuppressWarnings("unchecked")
            ApplicationContextInitializer<GenericApplicationContext> generated =
                    compiled.getInstance(ApplicationContextInitializer.class, initializer.toString());
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                context.getEnvironment().getSystemProperties().put("room", "blue");
                generated.initialize(context);
                context.refresh();

                assertThat(context.getBean(Orders.class).pay(new Order("7"))).isTrue();
                assertThat(((Ordered) context.getBean("syncguardLockedAdvisor")).getOrder())
                        .isEqualTo(17);
            } finally {
                System.clearProperty("room");
            }
        });
    }
}
