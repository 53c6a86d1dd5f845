package io.syncguard.cli;

import io.syncguard.cli.Finding.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The findings of the doctor so far. Not thread-safe. */
final class Findings {
    private final List<Finding> found;
    private final String server;

    Findings() {
        this(new ArrayList<>(), "");
    }

    private Findings(List<Finding> found, String server) {
        this.found = found;
        this.server = server;
    }

    /** Returns a view that adds to these, about one of several servers. */
    Findings about(String name) {
        return new Findings(found, name);
    }

    void ok(String check, String text) {
        found.add(new Finding(Status.OK, server, check, text, "", ""));
    }

    void note(String check, String text, String section) {
        found.add(new Finding(Status.NOTE, server, check, text, "", section));
    }

    void warn(String check, String text, String advice, String section) {
        found.add(new Finding(Status.WARN, server, check, text, advice, section));
    }

    void fail(String check, String text, String advice, String section) {
        found.add(new Finding(Status.FAIL, server, check, text, advice, section));
    }

    List<Finding> all() {
        return Collections.unmodifiableList(found);
    }

    long toMend() {
        return found.stream().filter(each -> each.status().isToMend()).count();
    }
}
