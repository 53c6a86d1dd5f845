package io.syncguard.spring.boot;

import io.syncguard.LockException;

/** A guard cannot be configured. The message names the property and says what to do; it shows no address and no credentials. */
final class InvalidSyncGuardPropertiesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String action;

    InvalidSyncGuardPropertiesException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    InvalidSyncGuardPropertiesException(String problem, String action, Throwable cause) {
        super(problem, cause);
        this.action = action;
    }

    /** Returns the exception for a property whose value the library refused. It shows the value. */
    static InvalidSyncGuardPropertiesException refused(String property, Object value, LockException refusal) {
        String reason = reason(refusal);
        String shown = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        return new InvalidSyncGuardPropertiesException(
                property + ": " + reason + (reason.contains("not " + shown) ? "" : " (it is \"" + shown + "\")"),
                "Correct the value of " + property + ".",
                refusal);
    }

    /** Returns the exception for an option that the library refused. */
    static InvalidSyncGuardPropertiesException refused(ConfiguredOption option, LockException refusal) {
        return refused(option.property(), option.value(), refusal);
    }

    /** Returns what the library says against a value, without the code in front of it. */
    static String reason(LockException refusal) {
        return String.valueOf(refusal.getMessage()).replaceFirst("^" + refusal.code() + " during [a-z]+: ", "");
    }

    /** Returns what to do, as a sentence. */
    String action() {
        return action;
    }
}
