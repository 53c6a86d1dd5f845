package io.syncguard.spring.boot;

import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.FenceRetention;
import io.syncguard.spi.StorageKeys;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An address with the credentials and the options that are set beside it. Stateless. */
final class ConfiguredUri {
    private static final String AUTHORITY = "://";

    private ConfiguredUri() {}

    /**
     * Returns the address to connect to, without options. The library checks its content.
     *
     * @param loader of the application; null for that of the thread
     * @throws InvalidSyncGuardPropertiesException if a property contradicts the address, or does not apply to it
     */
    static String of(SyncGuardConnectionDetails details, SyncGuardProperties properties, @Nullable ClassLoader loader) {
        String source = source(details);
        String uri = withClient(details.getUri(), source, properties, loader);
        return withCredentials(uri, source, details.getUsername(), details.getPassword());
    }

    /** Returns what messages call the address: the property that it is from, if it is from one. */
    static String source(SyncGuardConnectionDetails details) {
        return details instanceof PropertiesSyncGuardConnectionDetails
                ? "syncguard.uri"
                : "the address of the SyncGuardConnectionDetails";
    }

    /** The library checks them too, and does not know which property they come from. */
    private static void checkValues(SyncGuardProperties properties) {
        check("syncguard.operation-timeout", properties.operationTimeout(), BackendTimeout.OPERATION::checked);
        check("syncguard.connect-timeout", properties.connectTimeout(), BackendTimeout.CONNECT::checked);
        check("syncguard.fence-retention", properties.fenceRetention(), FenceRetention::checked);
        check("syncguard.redis.key-prefix", properties.redis().keyPrefix(), StorageKeys::under);
    }

    private static <V> void check(String property, @Nullable V value, Function<V, ?> checked) {
        if (value != null) {
            var unused = BackendOptions.refusing(property, value, () -> checked.apply(value));
        }
    }

    private static String scheme(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? "" : uri.substring(0, colon);
    }

    /** Returns whether a backend on Redis opens it. */
    static boolean isRedis(String uri) {
        return scheme(uri).startsWith("redis");
    }

    private static String withClient(
            String uri, String source, SyncGuardProperties properties, @Nullable ClassLoader loader) {
        BackendKind chosen = properties.backend();
        if (chosen == null) {
            return uri;
        }
        String scheme = scheme(uri);
        boolean fits = chosen.isRedis() ? isRedis(uri) : scheme.equals("firestore");
        if (!fits || (scheme.contains("+") && !scheme.endsWith("+" + chosen))) {
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.backend is " + chosen + ", and the address begins with " + scheme + ":",
                    "Remove syncguard.backend, or correct " + source + ".");
        }
        chosen.requireArtifact(loader);
        return chosen.isRedis() && !scheme.contains("+") ? scheme + "+" + chosen + uri.substring(scheme.length()) : uri;
    }

    private static String withCredentials(
            String uri, String source, @Nullable String username, @Nullable String password) {
        if (username == null && password == null) {
            return uri;
        }
        if (password == null) {
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.username is set, and syncguard.password is not", "Set syncguard.password too.");
        }
        int authority = uri.indexOf(AUTHORITY);
        if (!isRedis(uri) || authority < 0) {
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.username and syncguard.password are for Redis, and the address is for " + scheme(uri)
                            + ":",
                    "Remove them, or correct " + source + ".");
        }
        int start = authority + AUTHORITY.length();
        if (authority(uri, start).contains("@")) {
            throw new InvalidSyncGuardPropertiesException(
                    source + " has a user or a password, and so has syncguard.password",
                    "Remove one of them. An @ within " + source + " that separates nothing is written %40.");
        }
        String user = username == null ? "" : encoded(username);
        return uri.substring(0, start) + user + ":" + encoded(password) + "@" + uri.substring(start);
    }

    private static String authority(String uri, int start) {
        int end = start;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return uri.substring(start, end);
    }

    /**
     * Returns an address with the options that are set.
     *
     * @param source what messages call the address
     * @throws InvalidSyncGuardPropertiesException if a property contradicts the address, or does not apply to it
     */
    static String withOptions(String uri, String source, SyncGuardProperties properties) {
        checkValues(properties);
        if (scheme(uri).equals("firestore")) {
            BackendOptions.requireOnlyThoseOf(BackendKind.FIRESTORE, properties);
        } else if (isRedis(uri)) {
            BackendOptions.requireOnlyThoseOf(BackendKind.LETTUCE, properties);
        }
        List<ConfiguredOption> set = ConfiguredOption.in(properties);
        if (set.isEmpty()) {
            return uri;
        }
        int mark = uri.indexOf('?');
        String query = mark < 0 ? "" : uri.substring(mark + 1);
        for (String pair : query.split("&", -1)) {
            String name = pair.split("=", 2)[0];
            for (ConfiguredOption option : set) {
                if (option.parameter().equals(name)) {
                    throw new InvalidSyncGuardPropertiesException(
                            option.property() + " is set, and " + source + " has the parameter " + name,
                            "Remove " + option.property() + ", or the parameter.");
                }
            }
        }
        return joined(uri, set);
    }

    /** Returns an address with options. */
    static String joined(String uri, List<ConfiguredOption> options) {
        int mark = uri.indexOf('?');
        String added = options.stream()
                .map(each -> each.parameter() + "=" + encoded(each.text()))
                .collect(Collectors.joining("&"));
        return uri + (mark < 0 ? "?" : mark == uri.length() - 1 ? "" : "&") + added;
    }

    /** A blank is no plus sign in a URI. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
