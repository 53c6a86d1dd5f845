package io.syncguard.spring;

import io.syncguard.LockException;
import io.syncguard.LockOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/** Reads the annotations of one method, and says what is wrong with them. */
final class LockedMethodReader {
    private static final boolean REACTOR = isPresent("reactor.core.publisher.Flux");
    private static final boolean COROUTINES = REACTOR && isPresent("kotlinx.coroutines.reactor.MonoKt");
    private static final int LONGEST_NAME = 100;

    private final Expressions expressions;
    private final Function<String, String> placeholders;
    private final Method method;
    private final Class<?> targetClass;
    private final String label;
    private final List<String> mistakes = new ArrayList<>();

    /**
     * @param placeholders resolves those of a text, and leaves in place what it does not know
     * @param method of the class
     */
    LockedMethodReader(
            Expressions expressions, Function<String, String> placeholders, Method method, Class<?> targetClass) {
        this.expressions = expressions;
        this.placeholders = placeholders;
        this.method = method;
        this.targetClass = targetClass;
        this.label = label(method, targetClass);
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, LockedMethodReader.class.getClassLoader());
    }

    /** Returns what people call a method. */
    static String label(Method method, Class<?> targetClass) {
        return targetClass.getName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Returns the mistakes that {@link #read} has found, each with the name of the method. */
    List<String> mistakes() {
        return mistakes;
    }

    /** Returns the method; null if there are mistakes. */
    @Nullable
    LockedMethod read(List<LockDeclaration> declarations) {
        checkModifiers();
        checkInterfaces();
        MethodKind kind = kind();
        List<LockSpec> locks = new ArrayList<>();
        for (LockDeclaration declaration : declarations) {
            LockSpec lock = lock(declaration);
            if (lock != null) {
                locks.add(lock);
            }
        }
        Duration waitFor = waitFor(declarations);
        IfLocked ifLocked = declarations.stream().anyMatch(declared -> declared.ifLocked() == IfLocked.SKIP)
                ? IfLocked.SKIP
                : IfLocked.FAIL;
        SkippedResult skipped = skipped(declarations, ifLocked);
        LockParameters parameters = LockParameters.of(method);
        parameters.mistakes(method, kind, declarations.size()).forEach(this::mistake);
        if (!mistakes.isEmpty() || skipped == null) {
            return null;
        }
        return new LockedMethod(method, targetClass, kind, List.copyOf(locks), waitFor, ifLocked, skipped, parameters);
    }

    private void mistake(String what) {
        mistakes.add(label + ": " + what);
    }

    private void checkModifiers() {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers)) {
            mistake(
                    "it is private, so that no call of it comes through the proxy: make it public, or move it to another bean");
        } else if (Modifier.isStatic(modifiers)) {
            mistake("it is static, and no proxy stands before it: make it an instance method of a bean");
        } else if (Modifier.isFinal(modifiers) && !isOfInterface()) {
            mistake("it is final, so that a proxy cannot override it: remove final (Kotlin: declare it open)");
        }
    }

    private void checkInterfaces() {
        List<Class<?>> contradicting = LockDeclaration.contradicting(method, targetClass);
        if (!contradicting.isEmpty()) {
            mistake("the interfaces "
                    + contradicting.stream().map(Class::getName).collect(Collectors.joining(" and "))
                    + " annotate it differently, and one annotation counts: annotate the method of the class");
        }
    }

    private boolean isOfInterface() {
        return InterfaceMethods.implementedBy(method, targetClass).findAny().isPresent();
    }

    private MethodKind kind() {
        Class<?> type = method.getReturnType();
        if (KotlinDetector.isSuspendingFunction(method)) {
            if (!COROUTINES) {
                mistake("it is a suspend function: add kotlinx-coroutines-reactor and reactor-core to the class path");
            }
            return MethodKind.PUBLISHER;
        }
        if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
            if (isAsync()) {
                return MethodKind.BLOCKING_FUTURE;
            }
            if (!CompletionStage.class.isAssignableFrom(type)) {
                mistake("it returns a Future, which does not say when the work ends: return a CompletableFuture");
            } else if (!type.isAssignableFrom(CompletableFuture.class)) {
                mistake("it returns a " + type.getSimpleName()
                        + ", which cannot be made for a call that waits: return a CompletableFuture");
            }
            return MethodKind.FUTURE;
        }
        if (adapter() != null) {
            if (!REACTOR) {
                mistake("it returns a " + type.getSimpleName() + ": add reactor-core to the class path");
            }
            return MethodKind.PUBLISHER;
        }
        return MethodKind.BLOCKING;
    }

    private boolean isAsync() {
        return AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(targetClass, Async.class);
    }

    private @Nullable ReactiveAdapter adapter() {
        return method.getReturnType() == void.class
                ? null
                : ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
    }

    private @Nullable LockSpec lock(LockDeclaration declared) {
        KeyTemplate key = key(declared.key());
        Duration ttl = duration("ttl", declared.ttl(), LockOptions.defaults()::withTtl);
        Duration minHold = duration("minHold", declared.minHold(), LockOptions.defaults()::withMinHold);
        if (minHold != null && ttl != null && minHold.compareTo(ttl) > 0) {
            mistake("minHold \"" + declared.minHold() + "\" is longer than the ttl \"" + declared.ttl()
                    + "\": raise the ttl or lower minHold");
        }
        String name = name(declared.name());
        String guard = resolved("guard", declared.guard());
        if (key == null || guard == null) {
            return null;
        }
        return new LockSpec(
                key,
                guard,
                ttl,
                minHold == null ? Duration.ZERO : minHold,
                declared.heartbeat(),
                name,
                declared.lossPolicy());
    }

    private @Nullable KeyTemplate key(String declared) {
        if (declared.isBlank()) {
            mistake("it has no key: write one, such as @Locked(\"order-#{#order.id}\")");
            return null;
        }
        String text = resolved("key", declared);
        List<Expression> parts = text == null ? null : parsed("key", text);
        if (text == null || parts == null) {
            return null;
        }
        try {
            return new KeyTemplate(text, parts, label);
        } catch (LockException e) {
            mistake("the key \"" + declared + "\" is no valid key: " + e.getMessage());
            return null;
        }
    }

    private @Nullable String resolved(String attribute, String text) {
        String resolved;
        try {
            resolved = placeholders.apply(text);
        } catch (IllegalArgumentException e) {
            mistake("the " + attribute + " \"" + text + "\" has a placeholder without a value: " + e.getMessage());
            return null;
        }
        if (resolved.contains("${")) {
            mistake("the " + attribute + " \"" + text
                    + "\" has a placeholder without a value: set the property, or give"
                    + " a default after a colon, ${name:default}");
            return null;
        }
        return resolved;
    }

    private @Nullable List<Expression> parsed(String attribute, String text) {
        try {
            List<Expression> parts = expressions.parse(text);
            List<String> wrong = parts.stream()
                    .flatMap(part -> expressions.unknownNames(part, method).stream())
                    .distinct()
                    .toList();
            wrong.forEach(what -> mistake("the " + attribute + " \"" + text + "\": " + what));
            return wrong.isEmpty() ? parts : null;
        } catch (ParseException | IllegalStateException e) {
            mistake("the " + attribute + " \"" + text + "\" is no valid expression: " + e.getMessage());
            return null;
        }
    }

    /** Returns a duration that may be used; null if there is none, or a mistake. */
    private @Nullable Duration duration(String attribute, String text, Function<Duration, LockOptions> check) {
        String resolved = resolved(attribute, text);
        if (resolved == null || resolved.isBlank()) {
            return null;
        }
        try {
            Duration duration = DurationFormatterUtils.detectAndParse(resolved.strip());
            LockOptions unused = check.apply(duration);
            return duration;
        } catch (LockException e) {
            mistake("the " + attribute + " \"" + text + "\" is out of range: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            mistake("the " + attribute + " \"" + text + "\" is no duration: write 500ms, 30s, 5m, 1h or PT30S");
        }
        return null;
    }

    private String name(String declared) {
        String resolved = resolved("name", declared);
        if (resolved == null || resolved.isBlank()) {
            String all = (targetClass.getSimpleName() + "." + method.getName()).replaceAll("[^A-Za-z0-9._]", "-");
            return all.substring(0, Math.min(all.length(), LONGEST_NAME));
        }
        try {
            return LockOptions.defaults().withName(resolved).name().orElse(resolved);
        } catch (LockException e) {
            mistake("the name \"" + declared + "\" cannot be used: " + e.getMessage());
            return "none";
        }
    }

    private @Nullable Duration waitFor(List<LockDeclaration> declarations) {
        Set<String> texts = declarations.stream()
                .map(LockDeclaration::waitFor)
                .filter(text -> !text.isBlank())
                .collect(Collectors.toSet());
        if (texts.size() > 1) {
            mistake("its annotations set different waitFor, and one wait covers all locks: set it on one of them");
            return null;
        }
        return texts.isEmpty()
                ? null
                : duration("waitFor", texts.iterator().next(), LockOptions.defaults()::withTimeout);
    }

    private @Nullable SkippedResult skipped(List<LockDeclaration> declarations, IfLocked ifLocked) {
        Set<String> texts = declarations.stream()
                .map(LockDeclaration::skipped)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toSet());
        if (texts.isEmpty()) {
            return new SkippedResult("", List.of(), resultType(), label);
        }
        if (ifLocked != IfLocked.SKIP) {
            mistake("skipped is for calls that are skipped: add ifLocked = IfLocked.SKIP, or remove it");
        }
        if (texts.size() > 1) {
            mistake("its annotations set different results for skipped: set it on one of them");
        }
        String text = resolved("skipped", texts.iterator().next());
        List<Expression> parts = text == null ? null : parsed("skipped", text);
        if (text == null || parts == null) {
            return null;
        }
        if (method.getReturnType() == void.class) {
            mistake("it returns nothing, so that skipped has no use: remove it");
            return null;
        }
        SkippedResult result = new SkippedResult(text, parts, resultType(), label);
        if (result.isConstant()) {
            checkConstant(result);
        }
        return result;
    }

    private void checkConstant(SkippedResult result) {
        try {
            Object unused = result.value(
                    expressions.context(null, targetClass, method, new Object[method.getParameterCount()]));
        } catch (LockException e) {
            Throwable cause = e.getCause();
            mistake(e.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
        }
    }

    /** Returns the type of the result: what the method returns, or what its future or publisher has. */
    private ResolvableType resultType() {
        ResolvableType returned = ResolvableType.forMethodReturnType(method, targetClass);
        if (KotlinDetector.isSuspendingFunction(method)) {
            return ResolvableType.forClass(Object.class);
        }
        Class<?> type = method.getReturnType();
        if (Future.class.isAssignableFrom(type)) {
            return returned.as(Future.class).getGeneric(0);
        } else if (CompletionStage.class.isAssignableFrom(type)) {
            return returned.as(CompletionStage.class).getGeneric(0);
        }
        return adapter() == null ? returned : returned.getGeneric(0);
    }
}
