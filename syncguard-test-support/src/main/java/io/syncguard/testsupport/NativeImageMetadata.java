package io.syncguard.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what a published jar tells {@code native-image} with what its classes look up by name. Immutable. */
public final class NativeImageMetadata {
    private static final String SERVICES = "META-INF/services/";
    private static final String PLACE = "META-INF/native-image/";

    /** In each jar, for people. */
    private static final String LICENCE = "META-INF/LICENSE";

    private final Path classes;
    private final MetadataFile file;

    private NativeImageMetadata(Path classes, MetadataFile file) {
        this.classes = classes;
        this.file = file;
    }

    /** Returns that of the module whose tests run, in whose directory they do. */
    public static NativeImageMetadata ofThisModule() {
        Path module = Path.of("").toAbsolutePath();
        return of(module.resolve("target/classes"), module.getFileName().toString());
    }

    /** Returns that of a directory with compiled classes and resources. A module that needs none may have none. */
    static NativeImageMetadata of(Path classes, String artifact) {
        return new NativeImageMetadata(
                classes,
                MetadataFile.read(classes.resolve(PLACE + "io.syncguard/" + artifact + "/reachability-metadata.json")));
    }

    /** Returns whether the image has a resource of the class path. */
    public boolean covers(String resource) {
        return file.covers(resource);
    }

    /**
     * Returns what is wrong, in words: what the schema does not allow, resources and providers that are not registered, and calls that
     * look something up which is not registered.
     *
     * @param openEnded the simple names of classes that look up what other modules name
     */
    public List<String> faults(String... openEnded) {
        List<String> faults = new ArrayList<>(file.faults());
        resources().stream()
                .filter(resource -> !file.covers(resource))
                .map(resource -> "the image would lack the resource " + resource)
                .forEach(faults::add);
        resources().stream()
                .filter(resource -> resource.startsWith(SERVICES))
                .flatMap(this::lines)
                .filter(provider -> !hasMember(provider, "<init>"))
                .map(provider -> "the provider " + provider + " has no <init> among its methods")
                .forEach(faults::add);
        Set<String> open = Set.of(openEnded);
        for (ReflectiveCall call : ReflectiveCalls.in(classes)) {
            if (call.names().isEmpty() && !open.contains(simpleName(call.caller()))) {
                faults.add(call.caller() + " looks up what others name");
            }
            call.names().stream()
                    .filter(name -> !isRegistered(call, name))
                    .map(name -> call.caller() + " looks up " + name + ", which is not registered")
                    .forEach(faults::add);
        }
        return faults;
    }

    /**
     * Returns the types, members and resources that are registered and not on this class path: those of other versions of a library or of
     * the JDK, and errors.
     */
    public List<String> absent() {
        List<String> absent = new ArrayList<>();
        file.conditions().stream().filter(type -> type(type) == null).forEach(absent::add);
        for (MetadataFile.RegisteredType registered : file.types()) {
            Class<?> type = type(registered.name());
            if (type == null) {
                absent.add(registered.name());
                continue;
            }
            for (String field : registered.fields()) {
                if (Arrays.stream(type.getDeclaredFields())
                        .noneMatch(each -> each.getName().equals(field))) {
                    absent.add(registered.name() + "." + field);
                }
            }
            for (MetadataFile.Method method : registered.methods()) {
                if (!has(type, method)) {
                    absent.add(registered.name() + "." + method.name() + "()");
                }
            }
        }
        file.globs().stream()
                .filter(glob -> resources().stream().noneMatch(resource -> resource.startsWith(prefix(glob)))
                        && NativeImageMetadata.class.getClassLoader().getResource(glob) == null)
                .forEach(absent::add);
        return absent;
    }

    private static String prefix(String glob) {
        return glob.indexOf('*') < 0 ? glob : glob.substring(0, glob.indexOf('*'));
    }

    private static boolean has(Class<?> type, MetadataFile.Method method) {
        Stream<Class<?>[]> candidates = method.name().equals("<init>")
                ? Arrays.stream(type.getDeclaredConstructors()).map(each -> each.getParameterTypes())
                : Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getDeclaredMethods()))
                        .filter(each -> each.getName().equals(method.name()))
                        .map(each -> each.getParameterTypes());
        return candidates.anyMatch(parameters ->
                Arrays.stream(parameters).map(Class::getTypeName).toList().equals(method.parameterTypes()));
    }

    private static @Nullable Class<?> type(String name) {
        try {
            return Class.forName(name, false, NativeImageMetadata.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /** Returns the files of the jar that are neither classes nor for tools or people. */
    private List<String> resources() {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> classes.relativize(each).toString().replace('\\', '/'))
                    .filter(each -> !each.endsWith(".class") && !each.startsWith(PLACE) && !each.equals(LICENCE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> lines(String resource) {
        try {
            return Files.readString(classes.resolve(resource), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").trim())
                    .filter(line -> !line.isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isRegistered(ReflectiveCall call, String name) {
        String place = (call.type() == null ? call.caller() : call.type()).replaceFirst("[^.]*$", "");
        return file.covers(name)
                || file.covers(place.replace('.', '/') + name)
                || hasType(name)
                || file.types().stream()
                        .anyMatch(type -> (call.type() == null || type.name().equals(call.type()))
                                && hasMember(type.name(), name));
    }

    private boolean hasType(String name) {
        return file.types().stream()
                .anyMatch(type -> type.name().equals(name) || type.name().endsWith("." + name));
    }

    private boolean hasMember(String type, String member) {
        return file.types().stream()
                .filter(each -> each.name().equals(type))
                .anyMatch(each -> each.fields().contains(member)
                        || each.methods().stream()
                                .anyMatch(method -> method.name().equals(member)));
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
