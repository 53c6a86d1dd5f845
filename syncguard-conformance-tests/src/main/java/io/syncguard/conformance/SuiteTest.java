package io.syncguard.conformance;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * A test that every backend's class inherits from the suite.
 *
 * @param title its display name
 * @param rules the ids that the title begins with
 * @param leastRuns how often it runs in one view, once for each argument, at least
 */
record SuiteTest(Method method, String title, List<String> rules, int leastRuns) {
    private static final Map<Method, SuiteTest> ALL = AnnotationSupport.findAnnotatedMethods(
                    LockBackendConformance.class, Testable.class, HierarchyTraversalMode.TOP_DOWN)
            .stream()
            .map(SuiteTest::of)
            .collect(Collectors.toUnmodifiableMap(SuiteTest::method, Function.identity()));

    /** Returns all tests of the suite, in no order. */
    static List<SuiteTest> all() {
        return List.copyOf(ALL.values());
    }

    /** Returns the test of the suite that a method is; empty for a test of the backend's author. */
    static Optional<SuiteTest> find(Method method) {
        return Optional.ofNullable(ALL.get(method));
    }

    private static SuiteTest of(Method method) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        String title = name == null ? method.getName() : name.value();
        return new SuiteTest(method, title, RuleIds.ofTest(title), leastRuns(method));
    }

    private static int leastRuns(Method method) {
        ValueSource values = method.getAnnotation(ValueSource.class);
        if (values != null) {
            return IntStream.of(values.ints().length, values.longs().length, values.strings().length, 1)
                    .max()
                    .orElseThrow();
        }
        EnumSource constants = method.getAnnotation(EnumSource.class);
        boolean all = constants != null && constants.names().length == 0;
        Object[] ofEnum = all ? method.getParameterTypes()[0].getEnumConstants() : null;
        return ofEnum == null ? 1 : ofEnum.length;
    }

    /** Returns whether a test is missing for a rule when it is skipped: for the one that its title begins with. */
    boolean isFirstOf(Rule rule) {
        return !rules.isEmpty() && rules.get(0).equals(rule.id());
    }

    /** Returns whether a backend's class has a method of its own in place of this one. */
    boolean isReplacedIn(Class<?> suite) {
        try {
            return !suite.getMethod(method.getName(), method.getParameterTypes())
                    .equals(method);
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
