package io.syncguard.examples.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts one process of the application. The starter makes the guard, from {@code application.properties}, and switches {@code @Locked} on. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
public class OrdersApplication {
    /** Takes Spring Boot's arguments, such as {@code --server.port=8081}. */
    public static void main(String[] args) {
        SpringApplication.run(OrdersApplication.class, args);
    }
}
