package io.syncguard.cli;

import java.util.Optional;
import java.util.stream.Stream;

/** Whether the arguments of this process are what was typed. Stateless. */
final class ArgumentEncoding {
    private ArgumentEncoding() {}

    /**
     * Returns why arguments cannot be used; empty if they can. In a locale without UTF-8 the JVM replaces what it cannot read, so that
     * different keys become the same.
     *
     * @param encoding by which the JVM has read them
     */
    static Optional<String> problem(String encoding, String... arguments) {
        boolean plain =
                Stream.of(arguments).allMatch(argument -> argument.chars().allMatch(c -> c < 0x80));
        return plain || encoding.equalsIgnoreCase("UTF-8")
                ? Optional.empty()
                : Optional.of("an argument has other characters than ASCII, and this locale does not have UTF-8 ("
                        + encoding + "), so the argument arrived changed; set LC_ALL=C.UTF-8");
    }
}
