package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One thing that the doctor looked at. Immutable.
 *
 * @param server which of several servers; empty if there is one
 * @param check what was looked at, in a word or two
 * @param text what was found
 * @param advice what to do about it; empty if there is nothing to do
 * @param section where the documentation tells more; empty if it does not
 */
record Finding(Status status, String server, String check, String text, String advice, String section) {
    /** How bad it is. */
    enum Status {
        OK,
        /** Information, or something that was not checked. */
        NOTE,
        /** Locks work, and may be lost or slow. */
        WARN,
        /** Locks, or some operations, do not work. */
        FAIL;

        boolean isToMend() {
            return this == WARN || this == FAIL;
        }
    }

    void describe(ObjectNode json) {
        json.put("status", status.name());
        put(json, "server", server);
        json.put("check", check);
        json.put("text", text);
        put(json, "advice", advice);
        put(json, "see", section);
    }

    private static void put(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }
}
