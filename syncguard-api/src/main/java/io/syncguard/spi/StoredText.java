package io.syncguard.spi;

import io.syncguard.LockException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks texts that are stored unchanged, so that two different texts stay different. Stateless. */
public final class StoredText {
    private StoredText() {}

    /**
     * Returns the text if it is well-formed Unicode. It may be empty.
     *
     * @param what describes the text in messages, which never show the text itself
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or has an unpaired surrogate
     */
    public static String checked(String what, @Nullable String text) {
        if (text == null) {
            throw LockException.invalidArgument(what + " must not be null");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw LockException.invalidArgument(
                    what + " has an unpaired surrogate; encode binary data (Base64, hex) before storing it");
        }
        return text;
    }

    /**
     * Returns the text if it can be a name: well-formed and not empty.
     *
     * @param what describes the text in messages, which never show the text itself
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or empty or has an unpaired surrogate
     */
    public static String checkedName(String what, @Nullable String text) {
        String checked = checked(what, text);
        if (checked.isEmpty()) {
            throw LockException.invalidArgument(what + " must not be empty");
        }
        return checked;
    }
}
