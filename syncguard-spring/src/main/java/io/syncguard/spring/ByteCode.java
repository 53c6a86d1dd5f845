package io.syncguard.spring;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.util.ClassUtils;

/** Reads the code of classes. Stateless. */
final class ByteCode {
    private ByteCode() {}

    /** Returns a reader of a class; null where there is no byte code, as in a native image. */
    static @Nullable ClassReader of(Class<?> type) {
        try (InputStream code = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
            return code == null ? null : new ClassReader(code);
        } catch (IOException | RuntimeException unreadable) {
            // It may be of a version that is not known yet.
            return null;
        }
    }
}
