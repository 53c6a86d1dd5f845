package io.syncguard.examples;

import io.syncguard.spi.BackendUri;
import java.util.Optional;
import java.util.UUID;

/**
 * What the user gave on the command line.
 *
 * @param help whether only the usage is wanted
 * @param url the server to use, with a key prefix of this run's own; empty to start one
 */
record Arguments(boolean help, Optional<String> url) {
    static final String USAGE =
            """
            Usage: ./mvnw -q -pl syncguard-examples -am compile exec:java [-Dexec.args="--url=redis://host:6379"]

              --url=redis://user:password@host:port/database   use this server instead of starting one; everything
                                                               written lies under a key prefix of this run's own
              --help                                           show this and stop""";

    private static final String URL = "--url=";

    static Arguments parse(String... args) throws ArgumentException {
        Optional<String> url = Optional.empty();
        for (String arg : args) {
            if (arg.equals("--help")) {
                return new Arguments(true, Optional.empty());
            }
            if (!arg.startsWith(URL)) {
                // Not shown: a mistyped option may hold a password.
                throw new ArgumentException("an argument is neither --help nor --url=…\n" + USAGE);
            }
            if (url.isPresent()) {
                throw new ArgumentException("--url is given twice");
            }
            url = Optional.of(withOwnPrefix(arg.substring(URL.length())));
        }
        return new Arguments(false, url);
    }

    private static String withOwnPrefix(String text) throws ArgumentException {
        BackendUri uri = BackendUri.parse(text);
        if (uri.scheme().equals("memory")) {
            throw new ArgumentException("memory: keeps its locks inside one JVM, and the quick start runs several"
                    + " processes; leave --url out, or give a redis:// URL");
        }
        if (uri.parameter("keyPrefix").isPresent()) {
            return text;
        }
        String separator = text.contains("?") ? "&" : "?";
        return text + separator + "keyPrefix=quickstart-" + UUID.randomUUID();
    }
}
