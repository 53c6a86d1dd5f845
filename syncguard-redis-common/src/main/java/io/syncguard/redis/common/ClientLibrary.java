package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The library of a Redis client on the class path. Refuses one that lacks something a backend's module calls, before anything is called
 * (RDS-27). Links to no class of the client, so it can also say that there is none. Looks once, when it is created, and only if tests do
 * not run with versions like the one that is there. Immutable.
 */
public final class ClientLibrary {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");

    /** Every native image has it. */
    private static final String NATIVE_IMAGE = "org.graalvm.nativeimage.imagecode";

    private final Client client;
    private final MethodHandles.Lookup backend;
    private final ClassLoader loader;
    private final @Nullable String refusal;

    /**
     * What is known of a client whatever its version.
     *
     * @param name what people call it
     * @param mainClass any class of it that every version has
     * @param range the versions that are supported, in words
     * @param oldest the least of them
     * @param newest the greatest that tests run with
     * @param springProperty the property by which a build on Spring Boot sets the version
     */
    public record Client(
            String name,
            String groupId,
            String artifactId,
            String mainClass,
            String range,
            String oldest,
            String newest,
            String springProperty) {}

    private enum Age {
        OLD,
        NEW,
        SUPPORTED,
        UNKNOWN
    }

    /**
     * @param members what {@link #of} reads
     */
    ClientLibrary(Client client, MethodHandles.Lookup backend, List<String> members) {
        this.client = client;
        this.backend = backend;
        this.loader = backend.lookupClass().getClassLoader();
        this.refusal = refusal(members);
    }

    /**
     * Looks at the one that a backend's module would use.
     *
     * @param backend a lookup by a class of that module, because that module reads the client's and this one does not
     * @param members lists each class, method and field of the client that the module links to in every version, one per line; closed
     *     by this call. It comes opened, because a module's resources are its own. Null if the resource is gone: an unsupported version
     *     then fails later, and a supported one works
     */
    public static ClientLibrary of(Client client, MethodHandles.Lookup backend, @Nullable InputStream members) {
        return new ClientLibrary(client, backend, read(members));
    }

    private static List<String> read(@Nullable InputStream members) {
        try (InputStream in = members) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Returns if the library has all that is called.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it does not; the message says which version was found, which ones are supported,
     *     and what to set
     */
    public void require() {
        if (refusal != null) {
            throw LockException.invalidArgument(refusal);
        }
    }

    /** Returns its name, with its version as far as that is known. */
    public String described() {
        String version = version();
        return client.name() + (version == null ? " (of unknown version)" : " " + version);
    }

    private @Nullable String refusal(List<String> members) {
        Class<?> main = classNamed(client.mainClass());
        if (main == null) {
            return "there is no " + client.name() + " on the class path. " + advice(Age.UNKNOWN);
        }
        if (System.getProperty(NATIVE_IMAGE) != null) {
            // It was linked when it was built, and has only those members for a look that metadata names.
            return null;
        }
        if (!members.contains(main.getName().replace('.', '/'))) {
            // Who moved it to other packages chose its version for us. The list has the names from before.
            return null;
        }
        if (age(version()) == Age.SUPPORTED) {
            // Tests run with it, and the look would make the start of each JVM up to a tenth of a second longer.
            return null;
        }
        Stream<String> types = members.stream().filter(member -> member.indexOf('.') < 0);
        Stream<String> theirMembers = members.stream().filter(member -> member.indexOf('.') >= 0);
        // A type that is missing says more than a member that has it among its parameters.
        return Stream.concat(types, theirMembers)
                .filter(member -> !exists(member))
                .findFirst()
                .map(ClientLibrary::inWords)
                .map(this::lacking)
                .orElse(null);
    }

    /**
     * Returns what to throw if the library lacks something that is not in the list.
     *
     * @param member its name, such as {@code Connection.socket}
     */
    @CheckReturnValue
    public LockException lacks(String member) {
        return LockException.invalidArgument(lacking(member));
    }

    private String lacking(String member) {
        Age age = age(version());
        String fault = age == Age.OLD ? "is too old" : age == Age.NEW ? "is too new" : "cannot be used";
        return described() + " on the class path " + fault + ": it has no " + member + ". " + advice(age);
    }

    private String advice(Age age) {
        return "SyncGuard works with " + client.name() + " " + client.range() + ". Set the version of "
                + client.groupId() + ":"
                + client.artifactId() + " to " + (age == Age.OLD ? client.oldest() + " or later" : client.newest())
                + "; with Spring Boot, set the property " + client.springProperty() + ". No lock was taken.";
    }

    /** Returns {@code Type.member} of {@code package/Type.member(descriptor)}. */
    private static String inWords(String member) {
        String name = member.replaceAll("[(:].*", "");
        return name.substring(name.lastIndexOf('/') + 1).replace('$', '.');
    }

    private Age age(@Nullable String version) {
        Matcher found = VERSION.matcher(version == null ? "" : version);
        Matcher oldest = VERSION.matcher(client.oldest());
        Matcher newest = VERSION.matcher(client.newest());
        if (!found.matches() || !oldest.matches() || !newest.matches()) {
            return Age.UNKNOWN;
        }
        if (number(found) < number(oldest)) {
            return Age.OLD;
        }
        return number(found) > number(newest) ? Age.NEW : Age.SUPPORTED;
    }

    private static long number(Matcher version) {
        return Long.parseLong(version.group(1)) * 1_000_000_000L + Long.parseLong(version.group(2));
    }

    private @Nullable String version() {
        return version(loader, client.groupId(), client.artifactId());
    }

    /** Returns the version of a library that was built with Maven; null if it does not say. */
    public static @Nullable String version(ClassLoader loader, String groupId, String artifactId) {
        String resource = "META-INF/maven/" + groupId + "/" + artifactId + "/pom.properties";
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in != null) {
                Properties properties = new Properties();
                properties.load(in);
                return properties.getProperty("version");
            }
        } catch (IOException | IllegalArgumentException e) {
            // It does not say which version it is.
        }
        return null;
    }

    private @Nullable Class<?> classNamed(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** Returns whether there is a class {@code package/Type}, method {@code package/Type.name()V} or field {@code package/Type.name:I}. */
    private boolean exists(String member) {
        int dot = member.indexOf('.');
        Class<?> owner = classNamed((dot < 0 ? member : member.substring(0, dot)).replace('/', '.'));
        if (owner == null) {
            return false;
        }
        if (dot < 0) {
            return true;
        }
        int type = Math.max(member.indexOf('('), member.indexOf(':'));
        String name = member.substring(dot + 1, type);
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(owner, backend);
            return member.charAt(type) == ':'
                    ? hasField(lookup, owner, name, member.substring(type + 1))
                    : hasMethod(lookup, owner, name, member.substring(type));
        } catch (IllegalAccessException e) {
            // It is there, and this look at it is not allowed.
            return true;
        } catch (ReflectiveOperationException | LinkageError | TypeNotPresentException e) {
            return false;
        }
    }

    private boolean hasField(MethodHandles.Lookup lookup, Class<?> owner, String name, String descriptor)
            throws ReflectiveOperationException {
        Class<?> type =
                MethodType.fromMethodDescriptorString("()" + descriptor, loader).returnType();
        try {
            return lookup.findStaticGetter(owner, name, type) != null;
        } catch (IllegalAccessException e) {
            return lookup.findGetter(owner, name, type) != null;
        }
    }

    private boolean hasMethod(MethodHandles.Lookup lookup, Class<?> owner, String name, String descriptor)
            throws ReflectiveOperationException {
        MethodType type = MethodType.fromMethodDescriptorString(descriptor, loader);
        if (name.equals("<init>")) {
            return lookup.findConstructor(owner, type) != null;
        }
        try {
            return lookup.findVirtual(owner, name, type) != null;
        } catch (IllegalAccessException e) {
            return lookup.findStatic(owner, name, type) != null;
        }
    }
}
