package io.syncguard.bench.jmh;

import java.util.Locale;

/** The names of the locks that are taken. */
public final class KeyNames {
    /** How many locks each caller takes turns on. */
    static final int OF_CALLER = 64;

    private KeyNames() {}

    /** Returns a name of 17 bytes that no other caller uses. */
    public static String of(int caller, int number) {
        return String.format(Locale.ROOT, "bench:key-%04d-%02d", caller, number);
    }
}
