package io.syncguard.spring;

import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockHandle;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a method that receive its locks. Immutable and thread-safe. */
final class LockParameters {
    private final List<Integer> tokens;
    private final List<Integer> handles;

    private LockParameters(List<Integer> tokens, List<Integer> handles) {
        this.tokens = tokens;
        this.handles = handles;
    }

    static LockParameters of(Method method) {
        List<Integer> tokens = new ArrayList<>();
        List<Integer> handles = new ArrayList<>();
        Class<?>[] types = method.getParameterTypes();
        for (int i = 0; i < types.length; i++) {
            if (types[i] == FenceToken.class) {
                tokens.add(i);
            } else if (LockHandle.class.isAssignableFrom(types[i])) {
                handles.add(i);
            }
        }
        return new LockParameters(List.copyOf(tokens), List.copyOf(handles));
    }

    /** Returns what is wrong with them. */
    List<String> mistakes(Method method, MethodKind kind, int locks) {
        List<String> mistakes = new ArrayList<>();
        for (List<Integer> kindOfParameter : List.of(tokens, handles)) {
            if (!kindOfParameter.isEmpty() && kindOfParameter.size() != locks) {
                mistakes.add("it has " + locks + (locks == 1 ? " lock" : " locks") + " and " + kindOfParameter.size()
                        + " parameters of the type "
                        + method.getParameterTypes()[kindOfParameter.get(0)].getSimpleName()
                        + ": have one for each @Locked, or none");
            }
        }
        for (int parameter : handles) {
            Class<?> type = method.getParameterTypes()[parameter];
            Class<?> given = kind.isBlocking() ? HeldLock.class : AsyncHeldLock.class;
            if (!type.isAssignableFrom(given)) {
                mistakes.add("it has a parameter of the type " + type.getSimpleName() + ", and receives "
                        + given.getSimpleName() + ", because it "
                        + (kind.isBlocking() ? "waits for its lock" : "does not block")
                        + ": change the type, LockHandle suits both");
            }
        }
        return mistakes;
    }

    /** Returns whether there are any. */
    boolean isEmpty() {
        return tokens.isEmpty() && handles.isEmpty();
    }

    /**
     * Returns arguments with the locks in them.
     *
     * @param locks in the order of the annotations
     */
    @Nullable
    Object[] filled(@Nullable Object[] arguments, List<? extends LockHandle> locks) {
        @Nullable Object[] filled = arguments.clone();
        for (int i = 0; i < tokens.size(); i++) {
            filled[tokens.get(i)] = locks.get(i).fence();
        }
        for (int i = 0; i < handles.size(); i++) {
            filled[handles.get(i)] = locks.get(i);
        }
        return filled;
    }
}
