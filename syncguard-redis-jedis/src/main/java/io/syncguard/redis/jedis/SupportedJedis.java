package io.syncguard.redis.jedis;

import io.syncguard.LockException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a Jedis that lacks something this module calls, before anything is called. Looks once, and only at versions that the tests do
 * not run with. Links to no class of Jedis itself, so that it can say so when there is none. Stateless.
 */
final class SupportedJedis {
    private static final String RANGE = "6.0.0 to 8.x";

    /** The tests run with the first and the last version, and some between; what says that it is one of these is not looked at. */
    private static final Runtime.Version FIRST_TESTED = Runtime.Version.parse("6");

    private static final Runtime.Version LAST_TESTED = Runtime.Version.parse("8.0.2");

    private static final String UNKNOWN = "of an unknown version";
    private static final String PACKAGE = "redis.clients.jedis";
    private static final String VERSION = "META-INF/maven/redis.clients/jedis/pom.properties";

    /** Every class, method and field of Jedis that this module links to in every version, one per line. A test keeps it so. */
    private static final String MEMBERS = "jedis-members.txt";

    private static final @Nullable String REFUSAL = refusal();

    private SupportedJedis() {}

    /**
     * Returns if the Jedis on the class path is of a version that this module works with.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not; the message names its version, and the ones that are supported
     */
    static void require() {
        if (REFUSAL != null) {
            throw LockException.invalidArgument(REFUSAL);
        }
    }

    private static @Nullable String refusal() {
        String version = version();
        if (isTested(version)) {
            return null;
        }
        String missing = missing();
        return missing == null
                ? null
                : "Jedis " + version + " on the class path" + age(version) + " cannot be used: it has no " + missing
                        + ". SyncGuard works with Jedis " + RANGE + ". Set the version of redis.clients:jedis to one of"
                        + " these; in a build on Spring Boot set the property jedis.version";
    }

    /** Returns whether a version is in the range that the tests run with. */
    static boolean isTested(String version) {
        Runtime.Version parsed = parsed(version);
        return parsed != null && parsed.compareTo(FIRST_TESTED) >= 0 && parsed.compareTo(LAST_TESTED) <= 0;
    }

    private static Runtime.@Nullable Version parsed(String version) {
        try {
            // Its form has no zeros at the end.
            return Runtime.Version.parse(version.replaceAll("(\\.0)+$", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns the first member that is missing; null if none is. */
    private static @Nullable String missing() {
        for (String member : members().split("\n", -1)) {
            if (!member.isEmpty() && !exists(member)) {
                return member.replaceAll("[(:].*", "").replaceAll(".*/", "").replace('$', '.');
            }
        }
        return JedisDifferences.missing();
    }

    private static String members() {
        try (InputStream members = SupportedJedis.class.getResourceAsStream(MEMBERS)) {
            // Without the list an unsupported version fails later, and a supported one works.
            return members == null
                    ? ""
                    : new String(members.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("redis/clients/jedis", PACKAGE.replace('.', '/'));
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Returns whether Jedis has a class or a member, such as {@code redis/clients/jedis/Connection} or {@code
     * redis/clients/jedis/Connection.isBroken()Z}.
     */
    private static boolean exists(String member) {
        int dot = member.indexOf('.');
        try {
            Class<?> owner = Class.forName(
                    member.substring(0, dot < 0 ? member.length() : dot).replace('/', '.'), false, loader());
            if (dot < 0) {
                return true;
            }
            int type = Math.max(member.indexOf('('), member.indexOf(':'));
            String name = member.substring(dot + 1, type);
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
            if (member.charAt(type) == ':') {
                Class<?> of = MethodType.fromMethodDescriptorString("()" + member.substring(type + 1), loader())
                        .returnType();
                return lookup.findStaticVarHandle(owner, name, of) != null;
            }
            return hasMethod(
                    lookup, owner, name, MethodType.fromMethodDescriptorString(member.substring(type), loader()));
        } catch (IllegalAccessException e) {
            // It is there, and this look at it is not allowed.
            return true;
        } catch (ReflectiveOperationException | LinkageError | TypeNotPresentException e) {
            return false;
        }
    }

    private static boolean hasMethod(MethodHandles.Lookup lookup, Class<?> owner, String name, MethodType type)
            throws ReflectiveOperationException {
        if (name.equals("<init>")) {
            return lookup.findConstructor(owner, type) != null;
        }
        try {
            return lookup.findVirtual(owner, name, type) != null;
        } catch (IllegalAccessException e) {
            return lookup.findStatic(owner, name, type) != null;
        }
    }

    /** Returns the version that the Jedis on the class path says it has. */
    private static String version() {
        try (InputStream properties = loader().getResourceAsStream(VERSION)) {
            if (properties != null) {
                Properties read = new Properties();
                read.load(properties);
                return read.getProperty("version", UNKNOWN);
            }
        } catch (IOException | IllegalArgumentException e) {
            // It does not say.
        }
        return UNKNOWN;
    }

    private static String age(String version) {
        Runtime.Version parsed = parsed(version);
        if (parsed == null) {
            return "";
        }
        return parsed.compareTo(FIRST_TESTED) < 0 ? " is too old and" : " is too new and";
    }

    private static ClassLoader loader() {
        return SupportedJedis.class.getClassLoader();
    }
}
