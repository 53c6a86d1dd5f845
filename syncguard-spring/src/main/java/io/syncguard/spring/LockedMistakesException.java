package io.syncguard.spring;

import java.util.List;

/**
 * Uses of {@link Locked} that cannot work. The start of the application fails with all that were found; a bean that is made later fails
 * at its first call. Nothing was locked.
 */
public final class LockedMistakesException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // Unmodifiable lists of the JDK are serializable.
    private final List<String> mistakes;

    LockedMistakesException(List<String> mistakes) {
        super("@Locked is used in a way that cannot work:\n  - " + String.join("\n  - ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Returns the mistakes. Each names the class, the method and what to do. Never empty. */
    public List<String> mistakes() {
        return mistakes;
    }
}
