package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.SyncGuard;
import io.syncguard.testcontainers.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;
import org.testcontainers.containers.GenericContainer;

/** The code of docs/spring-boot.md is that of the classes in {@link Code}, which compile and run. */
class DocumentedCodeTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(TaskExecutionAutoConfiguration.class, SyncGuardAutoConfiguration.class))
            .withPropertyValues("syncguard.operation-timeout=20s", "syncguard.connect-timeout=40s");

    record Account(int number, List<FenceToken> charged) {
        void charge(FenceToken fence) {
            charged.add(fence);
        }
    }

    static final class Code {
        @Service
        static class Payments {
            private final SyncGuard guard;

            Payments(SyncGuard guard) {
                this.guard = guard;
            }

            void pay(Account account) {
                guard.run("account:" + account.number(), lock -> account.charge(lock.fence()));
            }
        }

        @Configuration(proxyBeanMethods = false)
        static class Callbacks {
            @Bean
            GuardOptionsCustomizer callbacks(@Qualifier("applicationTaskExecutor") Executor callbacks) {
                return options -> options.withExecutor(callbacks);
            }
        }

        @TestConfiguration(proxyBeanMethods = false)
        static class Containers {
            @Bean
            @ServiceConnection("redis")
            GenericContainer<?> redis() {
                return new GenericContainer<>("redis:8").withExposedPorts(6379);
            }
        }

        @TestConfiguration(proxyBeanMethods = false)
        static class Servers {
            @Bean
            SyncGuardConnectionDetails lockServer() {
                return () -> TestServer.redis().address();
            }
        }
    }

    @Test
    @DisplayName("the page shows the code of this test")
    void shown() throws IOException {
        String page = Files.readString(Path.of("../docs/spring-boot.md"));
        String here = withoutBlanks(
                Files.readString(Path.of("src/test/java/io/syncguard/spring/boot/DocumentedCodeTest.java")));

        List<String> examples = Pattern.compile("(?s)```java\n(.*?)```")
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .map(example -> example.replace("```java", "").replace("```", ""))
                .toList();

        assertThat(examples).hasSize(4).allSatisfy(example -> assertThat(here).contains(withoutBlanks(example)));
    }

    /** Nested classes are static here. */
    private static String withoutBlanks(String code) {
        return code.lines()
                .map(String::strip)
                .map(line -> line.replaceFirst("^static class", "class"))
                .filter(line -> !line.isEmpty() && !line.equals("static"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("the first lock is taken, at the server that a test names")
    void runs() {
        application
                .withUserConfiguration(Code.Servers.class, Code.Callbacks.class)
                .withBean(Code.Payments.class)
                .withPropertyValues(
                        "syncguard.uri=redis://nowhere.invalid",
                        "syncguard.backend=lettuce",
                        "syncguard.redis.key-prefix=documented")
                .run(context -> {
                    Account account = new Account(42, new CopyOnWriteArrayList<>());
                    context.getBean(Code.Payments.class).pay(account);
                    assertThat(account.charged()).hasSize(1);
                });
    }
}
