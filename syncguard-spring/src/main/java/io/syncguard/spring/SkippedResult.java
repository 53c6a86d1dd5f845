package io.syncguard.spring;

import io.syncguard.LockException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.util.ClassUtils;

/** What a method returns that was skipped. Immutable and thread-safe. */
final class SkippedResult {
    private final String text;
    private final List<Expression> parts;
    private final ResolvableType type;
    private final String method;

    /**
     * @param parts none for the default of the type
     * @param type what the method returns, or what its future or publisher has
     * @param method what errors say of the method
     */
    SkippedResult(String text, List<Expression> parts, ResolvableType type, String method) {
        this.text = text;
        this.parts = parts;
        this.type = type;
        this.method = method;
    }

    /** Returns whether the annotation says what it is. */
    boolean isGiven() {
        return !parts.isEmpty();
    }

    /** Returns whether it is the same in each call. */
    boolean isConstant() {
        return parts.stream().allMatch(Expressions::isConstant);
    }

    /**
     * Returns what a call returns.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the expression fails, or its result does not go with the type
     */
    @Nullable
    Object value(EvaluationContext context) {
        if (!isGiven()) {
            return nothing(type.resolve(Object.class));
        }
        try {
            return converted(evaluated(context), type);
        } catch (EvaluationException | ConversionException e) {
            throw failed("cannot be had as " + type + "; see the cause", e);
        }
    }

    private @Nullable Object evaluated(EvaluationContext context) {
        if (parts.size() == 1) {
            return parts.get(0).getValue(context);
        }
        StringBuilder joined = new StringBuilder();
        for (Expression part : parts) {
            joined.append(part.getValue(context, String.class));
        }
        return joined.toString();
    }

    private @Nullable Object converted(@Nullable Object value, ResolvableType wanted) {
        Class<?> wantedClass = wanted.resolve(Object.class);
        if (value == null) {
            if (wantedClass.isPrimitive() && wantedClass != void.class) {
                throw failed("is null, which is no " + wantedClass, null);
            }
            return nothing(wantedClass);
        }
        if (ClassUtils.isAssignableValue(wantedClass, value)) {
            return value;
        }
        if (wantedClass == Optional.class) {
            return Optional.ofNullable(converted(value, wanted.getGeneric(0)));
        }
        return DefaultConversionService.getSharedInstance()
                .convert(value, TypeDescriptor.forObject(value), new TypeDescriptor(wanted, null, null));
    }

    /** Returns what stands for no result. */
    private static @Nullable Object nothing(Class<?> type) {
        if (type.isPrimitive() && type != void.class) {
            return java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0);
        }
        if (type == Optional.class) {
            return Optional.empty();
        } else if (type == OptionalInt.class) {
            return OptionalInt.empty();
        } else if (type == OptionalLong.class) {
            return OptionalLong.empty();
        } else if (type == OptionalDouble.class) {
            return OptionalDouble.empty();
        } else if (type == List.class || type == Collection.class || type == Iterable.class) {
            return List.of();
        } else if (type == Set.class) {
            return Set.of();
        } else if (type == Map.class) {
            return Map.of();
        } else if (type == Stream.class) {
            return Stream.empty();
        }
        return null;
    }

    private LockException failed(String why, @Nullable Throwable cause) {
        return LockException.invalidArgument("the skipped result \"" + text + "\" of " + method + " " + why, cause);
    }
}
