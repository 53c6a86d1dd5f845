package io.syncguard.spring;

import io.syncguard.LossPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** What one {@link Locked} says, as it is written. */
record LockDeclaration(
        String key,
        String ttl,
        String waitFor,
        IfLocked ifLocked,
        String skipped,
        boolean heartbeat,
        String minHold,
        String name,
        LossPolicy lossPolicy,
        String guard) {

    /**
     * Returns the declarations that count for a method of a class: its own, or else those of the nearest method that it overrides or
     * implements, also where it is a superclass that has the method, and the class that implements the interface. Empty if it is not locked.
     */
    static List<LockDeclaration> on(Method method, Class<?> targetClass) {
        List<LockDeclaration> ofMethod = on(method);
        return ofMethod.isEmpty()
                ? InterfaceMethods.implementedBy(method, targetClass)
                        .map(LockDeclaration::on)
                        .filter(declarations -> !declarations.isEmpty())
                        .findFirst()
                        .orElse(List.of())
                : ofMethod;
    }

    /** Returns the declarations that count for a method where nothing is known but the class that has it. */
    static List<LockDeclaration> on(Method method) {
        List<MergedAnnotation<Locked>> all = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).stream(
                        Locked.class)
                .toList();
        int nearest =
                all.stream().mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(-1);
        return all.stream()
                .filter(locked -> locked.getAggregateIndex() == nearest)
                .map(LockDeclaration::of)
                .toList();
    }

    /**
     * Returns the interfaces that contradict each other about a method which neither its class nor a superclass annotates. Empty if
     * there are no two.
     */
    static List<Class<?>> contradicting(Method method, Class<?> targetClass) {
        Map<List<LockDeclaration>, Class<?>> said = new LinkedHashMap<>();
        for (Class<?> each = method.getDeclaringClass(); each != null; each = each.getSuperclass()) {
            if (!direct(each, method).isEmpty()) {
                return List.of();
            }
        }
        Set<Class<?>> all = ClassUtils.getAllInterfacesForClassAsSet(targetClass);
        for (Class<?> each : all) {
            boolean overridden = all.stream()
                    .anyMatch(other -> other != each
                            && each.isAssignableFrom(other)
                            && !direct(other, method).isEmpty());
            List<LockDeclaration> says = direct(each, method);
            if (!says.isEmpty() && !overridden) {
                said.putIfAbsent(says, each);
            }
        }
        return said.size() > 1 ? List.copyOf(said.values()) : List.of();
    }

    /** Returns what a class itself says of its method. */
    private static List<LockDeclaration> direct(Class<?> type, Method like) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(like.getName())
                        && Arrays.equals(method.getParameterTypes(), like.getParameterTypes())
                        && !method.isBridge())
                .flatMap(method -> MergedAnnotations.from(method).stream(Locked.class))
                .map(LockDeclaration::of)
                .toList();
    }

    private static LockDeclaration of(MergedAnnotation<Locked> locked) {
        return new LockDeclaration(
                locked.getString("key"),
                locked.getString("ttl"),
                locked.getString("waitFor"),
                locked.getEnum("ifLocked", IfLocked.class),
                locked.getString("skipped"),
                locked.getBoolean("heartbeat"),
                locked.getString("minHold"),
                locked.getString("name"),
                locked.getEnum("lossPolicy", LossPolicy.class),
                locked.getString("guard"));
    }
}
