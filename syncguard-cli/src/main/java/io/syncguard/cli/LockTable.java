package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/** Locks as lines of a table, or as an array of JSON. Immutable. */
record LockTable(List<LockView> locks, RawOptions raw) {
    /** Returns the lines, the header first; none if there is no lock. */
    List<String> lines() {
        if (locks.isEmpty()) {
            return List.of();
        }
        TextTable table =
                new TextTable(cells("KEY", "FINGERPRINT", "ID", "HELD", "LEFT", "WAITING", "TOKEN", "HOLDER"));
        for (LockView each : locks) {
            table.add(cells(
                    each.lock().key(),
                    each.fingerprint(),
                    each.lock().id().value(),
                    HumanDuration.of(each.held()),
                    each.leftInWords(),
                    each.waitingInWords(),
                    each.lock().fence().toString(),
                    each.holder()));
        }
        return table.lines();
    }

    private List<String> cells(String key, String fingerprint, String id, String... others) {
        List<String> cells = new ArrayList<>();
        cells.add(raw.showsKeys() ? key : fingerprint);
        if (raw.showsIds()) {
            cells.add(id);
        }
        cells.addAll(List.of(others));
        return cells;
    }

    /** Adds the locks to an array. */
    void describe(ArrayNode json) {
        locks.forEach(each -> each.describe(json.addObject(), raw.showsKeys(), raw.showsIds()));
    }
}
