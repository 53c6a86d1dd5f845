package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** A test of the application replaces a bean that has locked methods. */
@SpringJUnitConfig
class ReplacedByTestTest {
    static class Orders {
        @Locked("order")
        public String pay() {
            return "paid";
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        SyncGuard guard() {
            return TestLocks.create().guard();
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    @TestBean
    private Orders orders;

    @Autowired
    private Orders injected;

    static Orders orders() {
        return new Orders() {
            @Override
            public String pay() {
                return "as if paid";
            }
        };
    }

    @Test
    @DisplayName("a bean that a test replaces needs no proxy")
    void replaced() {
        assertThat(injected.pay()).isEqualTo("as if paid");
        assertThat(AopUtils.isAopProxy(injected)).isFalse();
    }
}
