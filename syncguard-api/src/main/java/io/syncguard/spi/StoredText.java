package io.syncguard.spi;

import io.syncguard.LockException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks text before it is stored as it is, where two texts must not become one on the way. Stateless. */
public final class StoredText {
    private StoredText() {}

    /**
     * Returns a text that is well-formed Unicode; it may be empty.
     *
     * @param what what the text is, as it appears in the message; the text itself does not
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
     * Returns a text that can be a name: well-formed and not empty.
     *
     * @param what what the text names, as it appears in the message; the text itself does not
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
