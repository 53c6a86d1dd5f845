package io.syncguard.spring;

import org.springframework.aop.Advisor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportAware;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The beans behind {@link EnableLocked}, which imports it: the advice for {@link Locked} methods, and the check at the start. The
 * context's {@code SyncGuard} and {@link LockedDefaults} are asked for when they are first needed.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@ImportRuntimeHints(LockedHints.class)
public class LockedConfiguration implements ImportAware {
    private int order = EnableLocked.DEFAULT_ORDER;

    @Override
    public void setImportMetadata(AnnotationMetadata importing) {
        order = importing
                .getAnnotations()
                .get(EnableLocked.class)
                .getValue("order", Integer.class)
                .orElse(EnableLocked.DEFAULT_ORDER);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LockedMethods syncguardLockedMethods(ConfigurableListableBeanFactory beans) {
        return new LockedMethods(beans);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    Advisor syncguardLockedAdvisor(LockedMethods methods, ConfigurableListableBeanFactory beans) {
        return new LockedAdvisor(methods, new LockedInterceptor(methods, new Guards(beans)), order, beans);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LockedCheck syncguardLockedCheck(LockedMethods methods) {
        return new LockedCheck(methods);
    }
}
