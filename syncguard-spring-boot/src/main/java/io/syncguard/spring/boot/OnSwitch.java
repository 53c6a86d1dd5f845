package io.syncguard.spring.boot;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides {@link ConditionalOnSwitch}. Reads values as Boot does when it binds them. */
final class OnSwitch extends SpringBootCondition {
    private static final Set<String> ON = Set.of("true", "on", "yes", "1");
    private static final Set<String> OFF = Set.of("false", "off", "no", "0");

    /** Called by the container. */
    OnSwitch() {}

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String property = metadata.getAnnotations()
                .get(ConditionalOnSwitch.class)
                .getValue("value", String.class)
                .orElseThrow();
        String value = context.getEnvironment().getProperty(property);
        String known = value == null ? "true" : value.strip().toLowerCase(Locale.ROOT);
        if (ON.contains(known)) {
            return ConditionOutcome.match(property + " is " + known);
        }
        if (OFF.contains(known)) {
            return ConditionOutcome.noMatch(property + " is " + known);
        }
        throw new InvalidSyncGuardPropertiesException(
                property + " is neither true nor false (it is \"" + value + "\")",
                "Set " + property + " to true or false, or remove it.");
    }
}
