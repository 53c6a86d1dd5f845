package io.syncguard.spring;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.TypeConverter;
import org.springframework.util.ClassUtils;

/** The text that a key is made of at each call. Immutable and thread-safe. */
final class KeyTemplate {
    private static final ClassValue<Boolean> HAS_TEXT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            // Equal maps may tell their entries in different orders.
            return !type.isArray()
                    && !Map.class.isAssignableFrom(type)
                    && !ClassUtils.getMethod(type, "toString")
                            .getDeclaringClass()
                            .equals(Object.class);
        }
    };

    private static final TypeDescriptor TEXT = TypeDescriptor.valueOf(String.class);

    private final String text;
    private final List<Expression> parts;
    private final String method;
    private final @Nullable LockKey constant;

    /**
     * @param method what errors say of the method
     * @throws LockException {@code INVALID_ARGUMENT} if it is a constant that is no valid key
     */
    KeyTemplate(String text, List<Expression> parts, String method) {
        this.text = text;
        this.parts = parts;
        this.method = method;
        this.constant = isConstant() ? LockKey.of(text) : null;
    }

    /** Returns whether there is no expression in it. */
    boolean isConstant() {
        return parts.stream().allMatch(Expressions::isLiteral);
    }

    /**
     * Returns the key of one call.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if an expression fails, or if there is no text in its result
     */
    LockKey key(Supplier<EvaluationContext> context) {
        if (constant != null) {
            return constant;
        }
        EvaluationContext seen = context.get();
        StringBuilder key = new StringBuilder();
        for (Expression part : parts) {
            key.append(Expressions.isLiteral(part) ? part.getExpressionString() : textOf(part, seen));
        }
        if (key.isEmpty()) {
            throw failed("is empty", null);
        }
        return LockKey.of(key.toString());
    }

    private String textOf(Expression part, EvaluationContext context) {
        @Nullable String text;
        try {
            Object value = part.getValue(context);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            if (value != null && !HAS_TEXT.get(value.getClass())) {
                throw failed(
                        "cannot have #{" + part.getExpressionString() + "} in it: "
                                + value.getClass().getTypeName()
                                + " has no text that says which one it is. Use one of"
                                + " its properties",
                        null);
            }
            text = value == null ? null : converted(value, context);
        } catch (EvaluationException e) {
            throw failed("cannot be computed: #{" + part.getExpressionString() + "} failed; see the cause", e);
        }
        if (text == null) {
            throw failed("has no value for #{" + part.getExpressionString() + "}, which is null", null);
        }
        return text;
    }

    /** Numbers, enums and the like have a text by conversion; dates, records and others that nobody converts have their own. */
    private static @Nullable String converted(Object value, EvaluationContext context) {
        TypeDescriptor type = TypeDescriptor.forObject(value);
        TypeConverter converter = context.getTypeConverter();
        return converter.canConvert(type, TEXT) ? (String) converter.convertValue(value, type, TEXT) : value.toString();
    }

    private LockException failed(String why, @Nullable Throwable cause) {
        return LockException.invalidArgument("the key \"" + text + "\" of " + method + " " + why, cause);
    }
}
