package io.syncguard.examples.orders;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** The application with {@link Gate}s in its transactions, and with its advice in another order if a test wants that. */
final class GatedApplication {
    static final String PORT_FILE = "port";

    private GatedApplication() {}

    public static void main(String[] args) {
        start(args);
    }

    static ConfigurableApplicationContext start(String... args) {
        SpringApplication application =
                new SpringApplication(OrdersApplication.class, Gates.class, TransactionOutsideOfLock.class);
        return application.run(args);
    }

    /** Without {@code @Configuration}, or the application itself would find it when it starts from the class path of tests. */
    static class Gates {
        @Bean
        TransactionExecutionListener gatedTransactions(@Value("${gates}") Path folder) {
            return new GatedTransactions(folder);
        }

        /** Otherwise Tomcat gives work that does not end five seconds more. */
        @Bean
        TomcatConnectorCustomizer impatientEnd() {
            return connector -> connector.setProperty("executorTerminationTimeoutMillis", "100");
        }

        @Bean
        WebServerPortFileWriter portFile(@Value("${gates}") Path folder) {
            return new WebServerPortFileWriter(folder.resolve(PORT_FILE).toFile());
        }
    }

    /** The mistake: the lock is released before the commit. */
    @Profile("transaction-outside-of-lock")
    @EnableTransactionManagement(order = 0)
    static class TransactionOutsideOfLock {}
}
