package io.syncguard.spring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Follows {@code this} through the operand stack of an instance method, and tells of each call whether it is its receiver. Keeps one
 * entry for each slot of the stack, so that a long or a double has two. Where control flow joins and does not agree, a value is not
 * {@code this}.
 */
final class ReceiverTracker extends MethodVisitor {
    private final Calls calls;
    private final Map<Label, List<Boolean>> atLabels = new HashMap<>();
    private List<Boolean> stack = new ArrayList<>();
    private boolean reachable = true;

    /** Is told of each call and of each reference to a method. */
    @FunctionalInterface
    interface Calls {
        void called(Call call);
    }

    /**
     * A call, or a reference.
     *
     * @param owner the class that the code names, in its internal form
     * @param special whether it is for the method of that class itself, whatever overrides it
     * @param receiverIsThis whether it is certainly a call on {@code this}
     */
    record Call(String owner, String name, String descriptor, boolean special, boolean receiverIsThis) {
        /** Returns the name and the descriptor of the method. */
        String method() {
            return name + descriptor;
        }

        /** Returns whether it is one by {@code super} in the code of a class. */
        boolean isOfSuper(Class<?> type) {
            return special && !name.equals("<init>") && !owner.equals(Type.getInternalName(type));
        }
    }

    ReceiverTracker(Calls calls) {
        super(SpringAsmInfo.ASM_VERSION);
        this.calls = calls;
    }

    private void push(int slots) {
        for (int i = 0; i < slots; i++) {
            stack.add(false);
        }
    }

    private boolean pop() {
        return !stack.isEmpty() && stack.remove(stack.size() - 1);
    }

    private void pop(int slots) {
        for (int i = 0; i < slots; i++) {
            pop();
        }
    }

    private void replace(int popped, int pushed) {
        pop(popped);
        push(pushed);
    }

    /** Copies the upmost slots, and puts the copy below some more slots. */
    private void duplicate(int copied, int below) {
        int size = stack.size();
        if (size < copied + below) {
            push(copied);
            return;
        }
        List<Boolean> copy = new ArrayList<>(stack.subList(size - copied, size));
        stack.addAll(size - copied - below, copy);
    }

    private void join(Label label) {
        List<Boolean> before = atLabels.get(label);
        if (before == null) {
            atLabels.put(label, new ArrayList<>(stack));
        } else {
            for (int i = 0; i < Math.min(before.size(), stack.size()); i++) {
                before.set(i, before.get(i) && stack.get(i));
            }
        }
    }

    private void end() {
        reachable = false;
        stack = new ArrayList<>();
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
        atLabels.put(handler, new ArrayList<>(List.of(false)));
    }

    @Override
    public void visitLabel(Label label) {
        List<Boolean> known = atLabels.get(label);
        if (known != null) {
            if (reachable) {
                join(label);
            }
            stack = new ArrayList<>(known);
        }
        reachable = true;
    }

    @Override
    public void visitInsn(int opcode) {
        switch (opcode) {
            case Opcodes.NOP, Opcodes.INEG, Opcodes.FNEG, Opcodes.LNEG, Opcodes.DNEG -> {}
            case Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1 -> push(2);
            case Opcodes.LALOAD, Opcodes.DALOAD -> replace(2, 2);
            case Opcodes.IALOAD,
                    Opcodes.FALOAD,
                    Opcodes.AALOAD,
                    Opcodes.BALOAD,
                    Opcodes.CALOAD,
                    Opcodes.SALOAD,
                    Opcodes.IADD,
                    Opcodes.ISUB,
                    Opcodes.IMUL,
                    Opcodes.IDIV,
                    Opcodes.IREM,
                    Opcodes.FADD,
                    Opcodes.FSUB,
                    Opcodes.FMUL,
                    Opcodes.FDIV,
                    Opcodes.FREM,
                    Opcodes.ISHL,
                    Opcodes.ISHR,
                    Opcodes.IUSHR,
                    Opcodes.IAND,
                    Opcodes.IOR,
                    Opcodes.IXOR,
                    Opcodes.FCMPL,
                    Opcodes.FCMPG,
                    Opcodes.L2I,
                    Opcodes.L2F,
                    Opcodes.D2I,
                    Opcodes.D2F -> replace(2, 1);
            case Opcodes.LADD,
                    Opcodes.LSUB,
                    Opcodes.LMUL,
                    Opcodes.LDIV,
                    Opcodes.LREM,
                    Opcodes.DADD,
                    Opcodes.DSUB,
                    Opcodes.DMUL,
                    Opcodes.DDIV,
                    Opcodes.DREM,
                    Opcodes.LAND,
                    Opcodes.LOR,
                    Opcodes.LXOR -> replace(4, 2);
            case Opcodes.LSHL, Opcodes.LSHR, Opcodes.LUSHR -> replace(3, 2);
            case Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG -> replace(4, 1);
            case Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D -> replace(1, 2);
            case Opcodes.L2D, Opcodes.D2L -> replace(2, 2);
            case Opcodes.I2F, Opcodes.F2I, Opcodes.I2B, Opcodes.I2C, Opcodes.I2S, Opcodes.ARRAYLENGTH -> replace(1, 1);
            case Opcodes.IASTORE, Opcodes.FASTORE, Opcodes.AASTORE, Opcodes.BASTORE, Opcodes.CASTORE, Opcodes.SASTORE ->
                pop(3);
            case Opcodes.LASTORE, Opcodes.DASTORE -> pop(4);
            case Opcodes.POP, Opcodes.MONITORENTER, Opcodes.MONITOREXIT -> pop(1);
            case Opcodes.POP2 -> pop(2);
            case Opcodes.DUP -> duplicate(1, 0);
            case Opcodes.DUP_X1 -> duplicate(1, 1);
            case Opcodes.DUP_X2 -> duplicate(1, 2);
            case Opcodes.DUP2 -> duplicate(2, 0);
            case Opcodes.DUP2_X1 -> duplicate(2, 1);
            case Opcodes.DUP2_X2 -> duplicate(2, 2);
            case Opcodes.SWAP -> {
                boolean upper = pop();
                boolean lower = pop();
                stack.add(upper);
                stack.add(lower);
            }
            case Opcodes.IRETURN,
                    Opcodes.LRETURN,
                    Opcodes.FRETURN,
                    Opcodes.DRETURN,
                    Opcodes.ARETURN,
                    Opcodes.RETURN,
                    Opcodes.ATHROW -> end();
            default -> push(1); // The other constants.
        }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        if (opcode == Opcodes.NEWARRAY) {
            replace(1, 1);
        } else {
            push(1);
        }
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        switch (opcode) {
            case Opcodes.ALOAD -> stack.add(variable == 0);
            case Opcodes.ILOAD, Opcodes.FLOAD -> push(1);
            case Opcodes.LLOAD, Opcodes.DLOAD -> push(2);
            case Opcodes.LSTORE, Opcodes.DSTORE -> pop(2);
            default -> pop(1);
        }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        switch (opcode) {
            case Opcodes.NEW -> push(1);
            case Opcodes.CHECKCAST -> {}
            default -> replace(1, 1);
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        int size = Type.getType(descriptor).getSize();
        switch (opcode) {
            case Opcodes.GETSTATIC -> push(size);
            case Opcodes.PUTSTATIC -> pop(size);
            case Opcodes.GETFIELD -> replace(1, size);
            default -> pop(size + 1);
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        int sizes = Type.getArgumentsAndReturnSizes(descriptor);
        pop((sizes >> 2) - 1);
        if (opcode != Opcodes.INVOKESTATIC) {
            calls.called(new Call(owner, name, descriptor, opcode == Opcodes.INVOKESPECIAL, pop()));
        }
        push(sizes & 3);
    }

    @Override
    public void visitInvokeDynamicInsn(
            String name, String descriptor, Handle bootstrapMethod, Object... bootstrapArguments) {
        int sizes = Type.getArgumentsAndReturnSizes(descriptor);
        int captured = (sizes >> 2) - 1;
        boolean firstIsThis = captured > 0 && stack.size() >= captured && stack.get(stack.size() - captured);
        for (Object argument : bootstrapArguments) {
            if (argument instanceof Handle handle && handle.getTag() != Opcodes.H_INVOKESTATIC) {
                calls.called(new Call(
                        handle.getOwner(),
                        handle.getName(),
                        handle.getDesc(),
                        handle.getTag() == Opcodes.H_INVOKESPECIAL,
                        firstIsThis));
            }
        }
        replace(captured, sizes & 3);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        switch (opcode) {
            case Opcodes.GOTO -> {
                join(label);
                end();
            }
            case Opcodes.IF_ICMPEQ,
                    Opcodes.IF_ICMPNE,
                    Opcodes.IF_ICMPLT,
                    Opcodes.IF_ICMPGE,
                    Opcodes.IF_ICMPGT,
                    Opcodes.IF_ICMPLE,
                    Opcodes.IF_ACMPEQ,
                    Opcodes.IF_ACMPNE -> {
                pop(2);
                join(label);
            }
            default -> {
                pop(1);
                join(label);
            }
        }
    }

    @Override
    public void visitLdcInsn(Object value) {
        boolean wide = value instanceof Long
                || value instanceof Double
                || (value instanceof ConstantDynamic constant && constant.getSize() == 2);
        push(wide ? 2 : 1);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label dflt, Label... labels) {
        visitSwitch(dflt, labels);
    }

    @Override
    public void visitLookupSwitchInsn(Label dflt, int[] keys, Label[] labels) {
        visitSwitch(dflt, labels);
    }

    private void visitSwitch(Label dflt, Label... labels) {
        pop(1);
        join(dflt);
        for (Label label : labels) {
            join(label);
        }
        end();
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        replace(dimensions, 1);
    }
}
