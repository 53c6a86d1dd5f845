package io.syncguard.jdbc;

import io.syncguard.LockException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table of fences, and the statements on it. Immutable and thread-safe.
 *
 * <p>Names go into statements as they are, which is why they are checked so strictly.
 */
record FenceTable(String table, String resourceColumn, String fenceColumn) {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,127}";
    private static final Pattern COLUMN = Pattern.compile(NAME);
    /** Catalogue and schema may come before it. */
    private static final Pattern TABLE = Pattern.compile(NAME + "(\\." + NAME + "){0,2}");

    // Behind the patterns, which check it.
    static final FenceTable DEFAULT = new FenceTable("syncguard_fences", "resource", "fence");

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a name is none, or both columns are the same
     */
    FenceTable {
        check("table", table, TABLE);
        check("resource column", resourceColumn, COLUMN);
        check("fence column", fenceColumn, COLUMN);
        if (resourceColumn.equalsIgnoreCase(fenceColumn)) {
            throw LockException.invalidArgument("the resource and the fence are two columns; both are given as one");
        }
    }

    private static void check(String what, @Nullable String name, Pattern pattern) {
        if (name == null || !pattern.matcher(name).matches()) {
            throw LockException.invalidArgument(
                    "the name of the " + what + " must be an identifier that needs no quotes:"
                            + " letters, digits and '_' of ASCII, not beginning with a digit, at most 128"
                            + (pattern == TABLE ? "; a schema may come before it, as in app.fences" : ""));
        }
    }

    /** Parameters: fence, resource, fence. Counts what it matches, so a holder's own second write is one row too. */
    String raise() {
        return "update " + table + " set " + fenceColumn + " = ? where " + resourceColumn + " = ? and (" + fenceColumn
                + " <= ? or " + fenceColumn + " is null)";
    }

    /** Parameters: resource, fence. */
    String insert() {
        return "insert into " + table + " (" + resourceColumn + ", " + fenceColumn + ") values (?, ?)";
    }

    /** Parameter: resource. */
    String read() {
        return "select " + fenceColumn + " from " + table + " where " + resourceColumn + " = ?";
    }

    /** Parameter: resource. Changes nothing, and unlike a query meets the row as it is now at every isolation level. */
    String touch() {
        return "update " + table + " set " + fenceColumn + " = " + fenceColumn + " where " + resourceColumn + " = ?";
    }
}
