package io.syncguard.bench.candidate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of an exception and its causes. */
public final class Kinds {
    private Kinds() {}

    /** Returns the classes' names, the outermost first, without messages. */
    public static String of(Throwable failure) {
        List<String> kinds = new ArrayList<>();
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            kinds.add(each.getClass().getName());
        }
        return String.join(", caused by ", kinds);
    }
}
