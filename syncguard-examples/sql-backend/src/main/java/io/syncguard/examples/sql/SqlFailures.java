package io.syncguard.examples.sql;

import io.syncguard.LockErrorCode;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/**
 * What failures of a database mean, by the exception's type and by its SQLSTATE, whose first two characters are its class (ERR-2). Not by
 * its message. Stateless.
 */
final class SqlFailures {
    /** The state of a transaction that was rolled back because of others. */
    static final String ROLLED_BACK = "40001";

    /** In the class of those that were rolled back, the one of which that is not known. */
    private static final String COMPLETION_UNKNOWN = "40003";

    private static final String LOCK_TIMEOUT = "HYT00";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** A right that is missing, as the standard and PostgreSQL say it, and as H2 does. */
    private static final Set<String> WITHOUT_RIGHTS = Set.of("42501", "90096");

    /** A missing table, function or database, as the standard, PostgreSQL and H2 say it. */
    private static final Set<String> WITHOUT_TABLES =
            Set.of("42S02", "42S04", "42P01", "42883", "3D000", "90013", "90022", "90146");

    private SqlFailures() {}

    /** Returns whether a constraint was in the way: of this backend's, one that demands unique keys or ids. */
    static boolean isConstraintViolation(SQLException e) {
        return state(e).startsWith("23");
    }

    /** Returns whether the database has certainly rolled the transaction back, even where that was told in answer to a commit. */
    static boolean isRolledBack(SQLException e) {
        return state(e).startsWith("40") && !state(e).equals(COMPLETION_UNKNOWN);
    }

    /** Returns whether other transactions were in the way, so that the same transaction may succeed in a moment. */
    static boolean isPassing(SQLException e) {
        return isRolledBack(e) || state(e).equals(LOCK_TIMEOUT) || state(e).equals(LOCK_NOT_AVAILABLE);
    }

    static LockErrorCode code(SQLException e) {
        String state = state(e);
        if (e instanceof SQLInvalidAuthorizationSpecException
                || state.startsWith("28")
                || WITHOUT_RIGHTS.contains(state)) {
            return LockErrorCode.AUTH_FAILED;
        }
        if (WITHOUT_TABLES.contains(state)) {
            return LockErrorCode.INVALID_ARGUMENT;
        }
        if (e instanceof SQLTimeoutException || state.equals("57014")) {
            return LockErrorCode.NETWORK_TIMEOUT;
        }
        if (state.startsWith("53")) {
            return LockErrorCode.RATE_LIMITED;
        }
        return isOfConnection(e) ? LockErrorCode.SERVICE_UNAVAILABLE : LockErrorCode.INTERNAL;
    }

    private static boolean isOfConnection(SQLException e) {
        return e instanceof SQLNonTransientConnectionException
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLRecoverableException
                || state(e).startsWith("08")
                || state(e).startsWith("57P");
    }

    /** Returns what to do about a failure. */
    static String advice(LockErrorCode code) {
        return switch (code) {
            case AUTH_FAILED ->
                "the database refuses the user; check its name, its password and its rights on the tables";
            case INVALID_ARGUMENT -> "the database lacks the tables of locks; run schema.sql on it";
            case NETWORK_TIMEOUT -> "the database ended the call because it took too long";
            case RATE_LIMITED -> "the database has too much to do; allow it more connections, or use fewer";
            case SERVICE_UNAVAILABLE -> "the connection to the database failed; see the cause";
            default -> "the database failed; see the cause";
        };
    }

    /**
     * Returns the exception to keep as a cause (ERR-1). Messages about data and about constraints quote values, among them keys and ids, so
     * of those the state and the stack remain (KEY-8).
     */
    static SQLException withoutValues(SQLException e) {
        if (!state(e).startsWith("22") && !isConstraintViolation(e)) {
            return e;
        }
        SQLException bare = new SQLException(
                "the message is left out, because it may quote a key or an id", e.getSQLState(), e.getErrorCode());
        bare.setStackTrace(e.getStackTrace());
        return bare;
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
