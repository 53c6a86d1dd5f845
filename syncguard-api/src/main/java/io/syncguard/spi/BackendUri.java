package io.syncguard.spi;

import io.syncguard.LockException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a backend's address: {@code scheme://user:password@host:port/path?parameter=value}. Immutable.
 *
 * <p>No message of this class and no {@code toString()} shows the user, the password or the value of a parameter.
 */
public final class BackendUri {
    /** What the decoder puts in place of bytes that are no text. */
    private static final char UNREADABLE = 0xFFFD;

    /** A host with a port and nothing before it, of which {@link URI} takes the host for a scheme. */
    private static final Pattern BARE_SERVER =
            Pattern.compile("(localhost|[A-Za-z0-9_-]+\\.[A-Za-z0-9._-]+):[0-9]+(/.*)?", Pattern.CASE_INSENSITIVE);

    /** What people look for in a URI, and is said for each lock. */
    private static final Set<String> OPTIONS_OF_LOCKS =
            Set.of("ttl", "timeout", "retries", "maxRetries", "heartbeat", "name");

    private static final Pattern SERVER =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(:(?<port>[0-9]{0,9}))?");

    private final URI uri;
    private final String scheme;
    private final Map<String, String> parameters;

    private BackendUri(URI uri, String scheme, Map<String, String> parameters) {
        this.uri = uri;
        this.scheme = scheme;
        this.parameters = parameters;
    }

    /**
     * Parses a URI.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null, not a URI, has no scheme or has a fragment, or if a
     *     parameter has no name, no value or two values
     */
    public static BackendUri parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw LockException.invalidArgument(
                    "the backend URI is empty; it looks like redis://localhost:6379 or memory:");
        }
        // java.net.URI refuses an empty part behind the colon, so "memory:" is read as "memory:?".
        URI uri = parsed(text.indexOf(':') == text.length() - 1 ? text + "?" : text);
        if (uri.getScheme() == null) {
            throw LockException.invalidArgument(
                    "the backend URI has no scheme; it looks like redis://localhost:6379 or memory:");
        }
        if (uri.getRawFragment() != null) {
            throw LockException.invalidArgument(
                    "the backend URI has a fragment; write a '#' inside a password or parameter as %23, and options as"
                            + " parameters: ?name=value");
        }
        return new BackendUri(uri, uri.getScheme().toLowerCase(Locale.ROOT), parameters(query(uri)));
    }

    private static URI parsed(String text) {
        if (!text.equals(text.strip())) {
            throw LockException.invalidArgument("the backend URI begins or ends with white space");
        }
        if (BARE_SERVER.matcher(text).matches()) {
            throw LockException.invalidArgument(
                    "the backend URI has no scheme; write what opens it before the host, as in redis://localhost:6379");
        }
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            if (text.endsWith("://")) {
                throw LockException.invalidArgument(
                        "the backend URI names no host; it looks like redis://localhost:6379");
            }
            // Neither the message nor the cause may show the text, which can contain a password.
            throw LockException.invalidArgument("the backend URI is malformed at index " + e.getIndex()
                    + "; percent-encode special characters in the password and in parameters");
        }
    }

    private static @Nullable String query(URI uri) {
        if (!uri.isOpaque()) {
            return uri.getRawQuery();
        }
        String rest = uri.getRawSchemeSpecificPart();
        int mark = rest.indexOf('?');
        return mark < 0 ? null : rest.substring(mark + 1);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw LockException.invalidArgument("each parameter of the backend URI is written name=value");
            }
            String name = decoded(pair.substring(0, equals));
            if (parameters.put(name, decoded(pair.substring(equals + 1))) != null) {
                throw LockException.invalidArgument("the backend URI has the parameter '" + name + "' twice");
            }
        }
        return Collections.unmodifiableMap(parameters);
    }

    private static String decoded(String raw) {
        String text;
        try {
            // A plus sign in a URI is a plus sign; it is a blank in HTML forms alone.
            text = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw LockException.invalidArgument("the backend URI has a malformed percent-encoding");
        }
        if (text.indexOf(UNREADABLE) >= 0) {
            throw LockException.invalidArgument("the backend URI has a percent-encoding that is not UTF-8");
        }
        return text;
    }

    /** Returns the scheme, in lower case. */
    public String scheme() {
        return scheme;
    }

    /** Returns the host; empty if the URI has none. */
    public Optional<String> host() {
        List<String> named = authorities();
        return named.size() == 1 ? serverIn(named.get(0)).map(Server::host) : Optional.empty();
    }

    /** Returns what stands between the commas behind the user; empty if the URI has no such part. */
    private List<String> authorities() {
        String authority = uri.getRawAuthority();
        return authority == null
                ? List.of()
                : List.of(authority.substring(authority.lastIndexOf('@') + 1).split(",", -1));
    }

    /**
     * Returns the server in {@code host:port}, with port -1 if there is none; empty if it is malformed. Names that are none on the
     * internet and all the same in use, as those of containers with an underscore, are refused by java.net.URI.
     */
    private static Optional<Server> serverIn(String text) {
        Matcher parts = SERVER.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String port = parts.group("port");
        return Optional.of(
                new Server(parts.group("host"), port == null || port.isEmpty() ? -1 : Integer.parseInt(port)));
    }

    /** A server that a URI names. */
    public record Server(String host, int port) {
        /** Returns {@code host:port}. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Returns the servers. A URI may name several, with commas between them: {@code //host:port,host:port}. Empty if it names
     * none.
     *
     * @param defaultPort the port of servers that are named without one
     * @throws LockException {@code INVALID_ARGUMENT} if a host is missing or malformed, or a port is not from 1 to 65535
     */
    public List<Server> servers(int defaultPort) {
        return authorities().stream()
                .map(each -> serverIn(each)
                        .orElseThrow(() -> LockException.invalidArgument(
                                "one of the servers of the backend URI is no valid host and port;"
                                        + " several are written host:port,host:port")))
                .map(each -> new Server(each.host(), checkedPort(each.port(), defaultPort)))
                .toList();
    }

    /**
     * Returns the port, or the default if the URI has none.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the port is not from 1 to 65535
     */
    public int portOr(int defaultPort) {
        return checkedPort(port(), defaultPort);
    }

    private int port() {
        List<String> named = authorities();
        return named.size() == 1 ? serverIn(named.get(0)).map(Server::port).orElse(-1) : -1;
    }

    private static int checkedPort(int port, int defaultPort) {
        if (port == -1) {
            return defaultPort;
        }
        if (port < 1 || port > 65_535) {
            throw LockException.invalidArgument("the port of the backend URI must be from 1 to 65535");
        }
        return port;
    }

    /** java.net.URI finds no user in an authority with several hosts. */
    private @Nullable String userInfo() {
        String authority = uri.getRawAuthority();
        int end = authority == null ? -1 : authority.lastIndexOf('@');
        return authority == null || end < 0 ? null : authority.substring(0, end);
    }

    /** Returns the decoded user; empty if the URI has none or an empty one, as in {@code ://:password@host}. */
    public Optional<String> user() {
        String info = userInfo();
        if (info == null) {
            return Optional.empty();
        }
        int colon = info.indexOf(':');
        String user = decoded(colon < 0 ? info : info.substring(0, colon));
        return user.isEmpty() ? Optional.empty() : Optional.of(user);
    }

    /** Returns the decoded password; empty if the URI has none or an empty one, as with a variable that is not set. */
    public Optional<String> password() {
        String info = userInfo();
        int colon = info == null ? -1 : info.indexOf(':');
        if (info == null || colon < 0) {
            return Optional.empty();
        }
        String password = decoded(info.substring(colon + 1));
        return password.isEmpty() ? Optional.empty() : Optional.of(password);
    }

    /** Returns the decoded path without its leading slash, or the name in {@code memory:name}. */
    public String path() {
        if (!uri.isOpaque()) {
            String path = uri.getRawPath();
            return path == null ? "" : decoded(path.startsWith("/") ? path.substring(1) : path);
        }
        String rest = uri.getRawSchemeSpecificPart();
        int mark = rest.indexOf('?');
        return decoded(mark < 0 ? rest : rest.substring(0, mark));
    }

    /** Returns the decoded value of a parameter; empty if the URI lacks it. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * Returns a parameter that is {@code true} or {@code false}, or the default if the URI lacks it.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the value is anything else
     */
    public boolean flagOr(String name, boolean defaultValue) {
        String value = parameters.get(name);
        if (value == null) {
            return defaultValue;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw LockException.invalidArgument("the URI parameter '" + name + "' is either true or false");
        }
        return value.equals("true");
    }

    /**
     * Returns a parameter that is a whole number, or the default if the URI lacks it.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the value is anything else
     */
    public long numberOr(String name, long defaultValue) {
        String value = parameters.get(name);
        if (value == null) {
            return defaultValue;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw LockException.invalidArgument("the URI parameter '" + name + "' must be a whole number"
                    + (name.endsWith("Millis") ? " of milliseconds, as 3000" : ""));
        }
    }

    /**
     * Checks that all parameters are known, so that a misspelt option is not ignored silently.
     *
     * @throws LockException {@code INVALID_ARGUMENT}, with the unknown and the known names, if one is unknown
     */
    public void requireKnownParameters(Set<String> known) {
        Set<String> unknown = new TreeSet<>(parameters.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            String hint = known.isEmpty() ? "it takes none" : "it takes " + new TreeSet<>(known);
            String elsewhere =
                    Collections.disjoint(unknown, OPTIONS_OF_LOCKS) ? "" : ". LockOptions has the options of locks";
            throw LockException.invalidArgument(
                    "unknown parameters " + (mayBeOfAPassword() ? "" : unknown + " ") + "in the "
                            + scheme + " URI; " + hint + elsewhere
                            + (mayBeOfAPassword()
                                    ? ". They are not shown, because they may be part of a password: percent-encode ? # @ and / in it"
                                    : ""));
        }
    }

    /** A password with a question mark that is not encoded looks like parameters, up to the at sign before the host. */
    private boolean mayBeOfAPassword() {
        return parameters.entrySet().stream()
                .anyMatch(each -> each.getKey().contains("@") || each.getValue().contains("@"));
    }

    /** Returns scheme, host and port, which are no secrets. */
    @Override
    public String toString() {
        String port = port() == -1 ? "" : ":" + port();
        return scheme + host().map(host -> "://" + host + port).orElse(":");
    }
}
