package io.syncguard.redis.tests;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the compiled classes of a module link to in libraries, read from their constant pools (RDS-27). */
public final class LinkedMembers {
    private static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int FLOAT = 4;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int DYNAMIC = 17;
    private static final int INVOKE_DYNAMIC = 18;

    private final Path classes;
    private final List<String> libraries;
    private final SortedSet<String> members = new TreeSet<>();

    private LinkedMembers(Path classes, List<String> libraries) {
        this.classes = classes;
        this.libraries = libraries;
    }

    /**
     * Returns classes, such as {@code io/lettuce/core/RedisURI}, methods, such as {@code io/lettuce/core/RedisURI.getPort()I}, and fields,
     * such as {@code io/lettuce/core/protocol/ProtocolVersion.RESP2:Lio/lettuce/core/protocol/ProtocolVersion;}, sorted.
     *
     * @param module any class of the module
     * @param libraries what the names of the libraries' classes begin with, such as {@code io/lettuce/}
     * @param seam the names of the module's classes that link to what only some versions have
     */
    public static SortedSet<String> of(Class<?> module, List<String> libraries, Set<String> seam) {
        Path classes = directory(module);
        LinkedMembers linked = new LinkedMembers(classes, libraries);
        names(classes).stream().filter(name -> !seam.contains(name)).forEach(linked::add);
        return linked.members;
    }

    /** Returns methods without a body that concrete classes of a module inherit: a library has got new ones. */
    public static List<String> unimplemented(Class<?> module, Set<String> seam) {
        return names(directory(module)).stream()
                .filter(name -> !seam.contains(name))
                .map(name -> type(name.replace('/', '.')))
                .filter(type -> !Modifier.isAbstract(type.getModifiers()))
                .flatMap(type -> Arrays.stream(type.getMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .map(method -> type.getName() + " has no " + method))
                .toList();
    }

    private static Path directory(Class<?> module) {
        try {
            return Path.of(
                    module.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns {@code package/Type} of each class. */
    private static List<String> names(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, LinkedMembers.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isLibrary(String owner) {
        return libraries.stream().anyMatch(owner::startsWith);
    }

    private void add(String name) {
        Path file = classes.resolve(name + ".class");
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(8);
            new Pool(in).addAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The constants of one class. */
    private final class Pool {
        private final int[] tags;
        private final String[] texts;
        private final int[] first;
        private final int[] second;

        Pool(DataInputStream in) throws IOException {
            int size = in.readUnsignedShort();
            tags = new int[size];
            texts = new String[size];
            first = new int[size];
            second = new int[size];
            for (int i = 1; i < size; i++) {
                tags[i] = in.readUnsignedByte();
                switch (tags[i]) {
                    case UTF8 -> texts[i] = in.readUTF();
                    case INTEGER, FLOAT -> in.skipNBytes(4);
                    case LONG, DOUBLE -> {
                        in.skipNBytes(8);
                        // It takes two places.
                        i++;
                    }
                    case METHOD_HANDLE -> in.skipNBytes(3);
                    case CLASS, STRING, METHOD_TYPE -> first[i] = in.readUnsignedShort();
                    case FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE, DYNAMIC, INVOKE_DYNAMIC -> {
                        first[i] = in.readUnsignedShort();
                        second[i] = in.readUnsignedShort();
                    }
                    default -> throw new IOException("unknown constant " + tags[i]);
                }
            }
        }

        void addAll() {
            for (int i = 1; i < tags.length; i++) {
                if (tags[i] == CLASS && isLibrary(texts[first[i]])) {
                    members.add(texts[first[i]]);
                } else if (tags[i] == FIELD || tags[i] == METHOD || tags[i] == INTERFACE_METHOD) {
                    addMember(
                            texts[first[first[i]]],
                            texts[first[second[i]]],
                            texts[second[second[i]]],
                            tags[i] == FIELD);
                }
            }
        }

        private void addMember(String owner, String name, String type, boolean isField) {
            String inLibrary = isLibrary(owner) ? owner : inherited(owner, name);
            if (inLibrary != null) {
                members.add(inLibrary + "." + name + (isField ? ":" : "") + type);
            }
        }

        /** Returns the class of a library that a class of the module extends, if it has the member from there; null if not. */
        private String inherited(String owner, String name) {
            if (owner.startsWith("[") || name.equals("<init>") || !Files.exists(classes.resolve(owner + ".class"))) {
                return null;
            }
            Class<?> type = type(owner.replace('/', '.'));
            while (type != null && Files.exists(classes.resolve(type.getName().replace('.', '/') + ".class"))) {
                if (declares(type, name)) {
                    return null;
                }
                type = type.getSuperclass();
            }
            String superclass = type == null ? "" : type.getName().replace('.', '/');
            return isLibrary(superclass) ? superclass : null;
        }

        private boolean declares(Class<?> type, String name) {
            return Stream.<Member>concat(
                            Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredFields()))
                    .anyMatch(member -> member.getName().equals(name));
        }
    }
}
