package io.syncguard.spring.boot;

import io.syncguard.GuardOptions;

/**
 * Changes the options of the guard that is configured from properties. Beans of this type are called in their order, after all properties
 * and the listeners and observers that are beans. For what is no property, such as an executor:
 *
 * <pre>{@code
 * @Bean
 * GuardOptionsCustomizer lockCallbacks(Executor callbacks) {
 *     return options -> options.withExecutor(callbacks);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface GuardOptionsCustomizer {

    /** Returns the options to go on with. Called once, while the context starts. */
    GuardOptions customize(GuardOptions options);
}
