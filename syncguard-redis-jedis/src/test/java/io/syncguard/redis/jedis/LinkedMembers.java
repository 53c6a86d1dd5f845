package io.syncguard.redis.jedis;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The classes of a library that compiled classes link to, and their members, read from the constant pools. */
final class LinkedMembers {
    private static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int FLOAT = 4;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int DYNAMIC = 17;
    private static final int INVOKE_DYNAMIC = 18;

    private LinkedMembers() {}

    /**
     * Returns them, such as {@code redis/clients/jedis/Connection} and {@code redis/clients/jedis/Connection.isBroken()Z}, sorted.
     *
     * @param classes the directory of the compiled classes
     * @param leftOut the end of the name of a file that does not count
     */
    static SortedSet<String> of(Path classes, String ownersBegin, String leftOut) {
        SortedSet<String> members = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> found = Files.walk(classes)) {
            files = found.filter(file -> file.toString().endsWith(".class") && !file.endsWith(leftOut))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.forEach(file -> add(file, ownersBegin, members));
        return members;
    }

    private static void add(Path file, String ownersBegin, SortedSet<String> members) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(8);
            int size = in.readUnsignedShort();
            int[] tags = new int[size];
            String[] texts = new String[size];
            int[] first = new int[size];
            int[] second = new int[size];
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
                    case FIELD, FIELD + 1, INTERFACE_METHOD, NAME_AND_TYPE, DYNAMIC, INVOKE_DYNAMIC -> {
                        first[i] = in.readUnsignedShort();
                        second[i] = in.readUnsignedShort();
                    }
                    default -> throw new IOException("unknown constant " + tags[i] + " in " + file);
                }
            }
            for (int i = 1; i < size; i++) {
                if (tags[i] == CLASS && texts[first[i]].startsWith(ownersBegin)) {
                    members.add(texts[first[i]]);
                }
                if (tags[i] >= FIELD && tags[i] <= INTERFACE_METHOD) {
                    String owner = texts[first[first[i]]];
                    if (owner.startsWith(ownersBegin)) {
                        String type = texts[second[second[i]]];
                        members.add(owner + "." + texts[first[second[i]]] + (tags[i] == FIELD ? ":" : "") + type);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
