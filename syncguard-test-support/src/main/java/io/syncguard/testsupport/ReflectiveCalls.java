package io.syncguard.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * What compiled classes look up by name. A method that looks up what it is told makes each call of it in the same module such a call,
 * so that names are found where they are constants.
 */
final class ReflectiveCalls {
    private static final Map<String, String> LOOKUPS = Map.of(
            "java/lang/Class",
            "forName|get(Declared)?(Methods?|Fields?|Constructors?)|getResource(AsStream)?|newInstance|getRecordComponents",
            "java/lang/ClassLoader",
            "loadClass|getResource(s|AsStream)?|getSystemResource(s|AsStream)?",
            "java/lang/Module",
            "getResourceAsStream",
            "java/lang/invoke/MethodHandles$Lookup",
            "find.*|unreflect.*",
            "java/util/concurrent/atomic/AtomicIntegerFieldUpdater",
            "newUpdater",
            "java/util/concurrent/atomic/AtomicLongFieldUpdater",
            "newUpdater",
            "java/util/concurrent/atomic/AtomicReferenceFieldUpdater",
            "newUpdater",
            "java/lang/reflect/Proxy",
            "newProxyInstance",
            "java/util/ResourceBundle",
            "getBundle",
            "java/io/ObjectInputStream",
            "readObject");

    private record Call(String caller, String method, String target, @Nullable String type, List<String> names) {}

    private final List<Call> calls = new ArrayList<>();
    private final Set<String> enums = new HashSet<>();

    private ReflectiveCalls() {}

    /** Returns those of all classes below a directory. */
    static List<ReflectiveCall> in(Path classes) {
        ReflectiveCalls found = new ReflectiveCalls();
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(file -> file.toString().endsWith(".class")
                            && !file.toString().endsWith("-info.class"))
                    .sorted()
                    .forEach(found::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.resolved();
    }

    private List<ReflectiveCall> resolved() {
        Map<String, List<Call>> byTarget = new HashMap<>();
        calls.forEach(call -> byTarget.computeIfAbsent(call.target(), target -> new ArrayList<>())
                .add(call));
        List<ReflectiveCall> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<Call> open = new ArrayList<>(
                calls.stream().filter(call -> isLookup(call.target())).toList());
        while (!open.isEmpty()) {
            Call call = open.remove(open.size() - 1);
            if (!call.names().isEmpty()) {
                found.add(new ReflectiveCall(call.caller(), call.type(), call.names()));
            } else if (seen.add(call.method())) {
                List<Call> callers = byTarget.getOrDefault(call.method(), List.of());
                if (callers.isEmpty()) {
                    found.add(new ReflectiveCall(call.caller(), call.type(), List.of()));
                }
                open.addAll(callers);
            }
        }
        return found;
    }

    private static boolean isLookup(String target) {
        String owner = target.substring(0, target.indexOf('.'));
        String name = target.substring(target.indexOf('.') + 1, target.indexOf('('));
        return name.matches(LOOKUPS.getOrDefault(owner, "none at all"));
    }

    private void read(Path file) {
        try {
            new ClassReader(Files.readAllBytes(file)).accept(new Classes(), ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Classes extends ClassVisitor {
        private String name = "";

        Classes() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superclass, String[] interfaces) {
            this.name = name;
            if ((access & Opcodes.ACC_ENUM) != 0) {
                enums.add(name);
            }
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] exceptions) {
            return new Methods(name, name + "." + method + descriptor);
        }
    }

    private final class Methods extends MethodVisitor {
        private final String owner;
        private final String method;
        private final List<String> names = new ArrayList<>();
        private @Nullable String type;

        Methods(String owner, String method) {
            super(Opcodes.ASM9);
            this.owner = owner;
            this.method = method;
        }

        @Override
        public void visitLdcInsn(Object value) {
            if (value instanceof String text) {
                names.add(text);
            } else if (value instanceof Type literal && type == null && names.isEmpty()) {
                type = literal.getClassName();
            }
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            if (opcode == Opcodes.ASTORE) {
                forget();
            }
        }

        @Override
        public void visitFieldInsn(int opcode, String target, String field, String descriptor) {
            if (opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC) {
                forget();
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            forget();
        }

        private void forget() {
            names.clear();
            type = null;
        }

        @Override
        public void visitMethodInsn(int opcode, String target, String called, String descriptor, boolean ofInterface) {
            if (called.equals("<init>") && enums.contains(target) && !names.isEmpty()) {
                // The name of the constant itself.
                names.remove(0);
            }
            boolean takesArguments = !descriptor.startsWith("()");
            calls.add(new Call(
                    owner.replace('/', '.'),
                    method,
                    target + "." + called + descriptor,
                    type,
                    takesArguments ? List.copyOf(names) : List.of()));
            if (takesArguments) {
                forget();
            } else if (target.equals("java/lang/Class")) {
                // It was what the call is made on, such as that for a class loader.
                type = null;
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String called, String descriptor, Handle bootstrap, Object... arguments) {
            if (!descriptor.startsWith("()")) {
                forget();
            }
            for (Object argument : arguments) {
                if (argument instanceof Handle lambda && lambda.getDesc().startsWith("(")) {
                    calls.add(new Call(
                            owner.replace('/', '.'),
                            method,
                            lambda.getOwner() + "." + lambda.getName() + lambda.getDesc(),
                            null,
                            List.of()));
                }
            }
        }
    }
}
