package io.syncguard.spring;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Tells of a method from its byte code whether it does nothing but make a result that is computed later: a lambda, or a stream or an
 * iterator of one. Then nothing happens while the lock is held. Anything else that the method does, such as a call or an assignment of a
 * field, may be what the lock is for.
 */
final class LazyResult extends MethodVisitor {
    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";
    private static final String STREAMS = "java/util/stream/";

    private boolean makesOne;
    private boolean doesMore;

    private LazyResult() {
        super(SpringAsmInfo.ASM_VERSION);
    }

    /** Returns whether that is all that a method does. False where there is no byte code. */
    static boolean isAllOf(Method method) {
        ClassReader reader = ByteCode.of(method.getDeclaringClass());
        if (reader == null) {
            return false;
        }
        LazyResult body = new LazyResult();
        String descriptor = Type.getMethodDescriptor(method);
        reader.accept(
                new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String ofMethod,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        return name.equals(method.getName()) && ofMethod.equals(descriptor) ? body : null;
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return body.makesOne && !body.doesMore;
    }

    private static boolean isStream(String type) {
        return type.startsWith(STREAMS) && type.endsWith("Stream");
    }

    /** Returns whether a call takes nothing out of a stream. That of a collection may copy it, and so do something. */
    private static boolean isLazy(String owner, String descriptor) {
        Type returned = Type.getReturnType(descriptor);
        return isStream(owner)
                && returned.getSort() == Type.OBJECT
                && (isStream(returned.getInternalName())
                        || returned.getClassName().equals("java.util.Iterator"));
    }

    @Override
    public void visitInvokeDynamicInsn(
            String name, String descriptor, Handle bootstrapMethod, Object... bootstrapArguments) {
        if (bootstrapMethod.getOwner().equals(LAMBDAS)) {
            makesOne = true;
        } else {
            doesMore = true;
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (isLazy(owner, descriptor)) {
            makesOne = true;
        } else if (!(owner.equals("java/util/Objects") && name.equals("requireNonNull"))) {
            // The compiler checks the receiver of a method reference by that.
            doesMore = true;
        }
    }

    @Override
    public void visitInsn(int opcode) {
        boolean harmless = opcode <= Opcodes.DCONST_1
                || opcode == Opcodes.ARETURN
                || (opcode >= Opcodes.POP && opcode <= Opcodes.SWAP);
        doesMore |= !harmless;
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        doesMore |= opcode > Opcodes.ALOAD;
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        doesMore |= opcode != Opcodes.GETFIELD && opcode != Opcodes.GETSTATIC;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        doesMore |= opcode != Opcodes.CHECKCAST;
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        doesMore = true;
    }

    @Override
    public void visitIincInsn(int variable, int increment) {
        doesMore = true;
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label dflt, Label... labels) {
        doesMore = true;
    }

    @Override
    public void visitLookupSwitchInsn(Label dflt, int[] keys, Label[] labels) {
        doesMore = true;
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        doesMore = true;
    }
}
