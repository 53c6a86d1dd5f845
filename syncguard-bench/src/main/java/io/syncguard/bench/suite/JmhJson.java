package io.syncguard.bench.suite;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes one file of the many that JMH wrote, each a JSON array. */
final class JmhJson {
    private JmhJson() {}

    /** Writes all that a folder has into one array, in the order of the files' names, and removes the folder. */
    static void collect(Path folder, Path target) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder, "*.json")) {
            listing.forEach(files::add);
        }
        Collections.sort(files);
        List<String> arrays = new ArrayList<>();
        for (Path file : files) {
            arrays.add(Files.readString(file));
        }
        Files.writeString(target, joined(arrays));
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    /** Returns one array of the elements of all of some. */
    static String joined(List<String> arrays) {
        List<String> elements = arrays.stream()
                .map(String::strip)
                .map(array -> array.substring(array.indexOf('[') + 1, array.lastIndexOf(']'))
                        .strip())
                .filter(inside -> !inside.isEmpty())
                .toList();
        return "[\n" + String.join(",\n", elements) + "\n]\n";
    }
}
