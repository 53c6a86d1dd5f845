package io.syncguard.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * A call of a locked method on {@code this} or {@code super}, which no proxy sees.
 *
 * @param caller what people call the calling method
 * @param callee what people call the locked method
 */
record SelfCall(String caller, String callee) {

    /**
     * Returns such calls in the byte code of a class and its superclasses. Empty where there is no byte code, as in a native image.
     *
     * @param locked the locked methods of the class
     */
    static List<SelfCall> in(Class<?> type, Set<Method> locked) {
        Map<String, String> callees = new HashMap<>();
        for (Method method : locked) {
            callees.put(method.getName() + Type.getMethodDescriptor(method), LockedMethodReader.label(method, type));
        }
        Set<SelfCall> found = new LinkedHashSet<>();
        if (!callees.isEmpty()) {
            for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
                scan(each, callees, found);
            }
        }
        return new ArrayList<>(found);
    }

    private static void scan(Class<?> type, Map<String, String> callees, Set<SelfCall> found) {
        ClassReader reader = ByteCode.of(type);
        if (reader == null) {
            return;
        }
        reader.accept(
                new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        boolean bridge = (access & Opcodes.ACC_BRIDGE) != 0;
                        if ((access & Opcodes.ACC_STATIC) != 0 || bridge) {
                            return null;
                        }
                        String caller = type.getName() + "." + enclosing(name);
                        return new ReceiverTracker(call -> {
                            String callee = call.isOfSuper(type)
                                    ? ofSuper(type, call)
                                    : call.receiverIsThis() ? callees.get(call.method()) : null;
                            boolean overridden = call.isOfSuper(type)
                                    ? call.name().equals(enclosing(name))
                                    : call.method().equals(name + descriptor);
                            // An overriding method that calls the one it overrides is locked itself.
                            if (callee != null && !overridden) {
                                found.add(new SelfCall(caller, callee));
                            }
                        });
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }

    /** Returns what people call the method that {@code super} calls; null if that is not locked. */
    private static @Nullable String ofSuper(Class<?> type, ReceiverTracker.Call call) {
        for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (call.method().equals(method.getName() + Type.getMethodDescriptor(method))) {
                    return LockDeclaration.on(method).isEmpty() ? null : LockedMethodReader.label(method, each);
                }
            }
        }
        return null;
    }

    /** Returns the method that a lambda is written in. */
    private static String enclosing(String name) {
        String[] parts = name.split("\\$", -1);
        return parts.length > 2 && parts[0].equals("lambda") ? parts[1] : name;
    }
}
