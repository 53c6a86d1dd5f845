package io.syncguard.cli;

import picocli.CommandLine.Option;

/** The options of lists that say which raw values are shown (KEY-8). */
final class RawOptions {
    @Option(names = "--raw", description = "Shows keys instead of their fingerprints.")
    private boolean raw;

    @Option(
            names = "--ids",
            description =
                    "With --raw, shows lock ids as well. An id is a capability: whoever has it can release the lock.")
    private boolean ids;

    /**
     * Checks that they fit together.
     *
     * @throws UsageException if they do not
     */
    void check() {
        if (ids && !raw) {
            throw new UsageException("--ids needs --raw");
        }
    }

    boolean showsKeys() {
        return raw;
    }

    boolean showsIds() {
        return ids;
    }
}
