package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the jar with everything says about those whose code is in it. */
@Tag("on-the-jar")
class ThirdPartyNoticesTest {
    private static final String LIST = "META-INF/THIRD-PARTY.txt";
    private static final String TEXTS = "META-INF/licenses/";

    private static JarFile program;

    /** The libraries of this class path whose code is in the program, as {@code artifact:version}. */
    private static final Map<String, File> bundled = new LinkedHashMap<>();

    @BeforeAll
    static void findBundled() throws IOException {
        program = new JarFile(Objects.requireNonNull(System.getProperty("syncguard.cli.jar"), "syncguard.cli.jar"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            File file = new File(entry);
            if (file.isFile() && !file.getName().startsWith("syncguard-") && isInProgram(file)) {
                // …/artifact/version/artifact-version.jar
                File version = file.getParentFile();
                bundled.put(version.getParentFile().getName() + ":" + version.getName(), file);
            }
        }
    }

    @AfterAll
    static void close() throws IOException {
        program.close();
    }

    @Test
    @DisplayName(
            "each library whose code is in the jar is listed with its version and its licence, and each licence has its text there")
    void listed() throws IOException {
        assertThat(bundled).as("what is in the jar").hasSizeGreaterThan(50);
        Map<String, String> licences = licences();
        assertThat(licences.keySet()).containsAll(bundled.keySet());
        List<String> without = new ArrayList<>();
        String copyrights = text(TEXTS + "COPYRIGHTS.txt");
        for (String library : bundled.keySet()) {
            String artifact = library.substring(0, library.indexOf(':'));
            String licence = licences.get(library);
            boolean itsOwn = program.stream().anyMatch(entry -> isTextOf(artifact, entry));
            boolean shared =
                    switch (licence) {
                        case "Apache-2.0" -> has(TEXTS + licence + ".txt");
                        case "MIT", "BSD-3-Clause" ->
                            has(TEXTS + licence + ".txt") && copyrights.contains(":" + artifact + "\n");
                        default -> licence.equals("Public Domain");
                    };
            if (!itsOwn && !shared) {
                without.add(library + " " + licence);
            }
        }
        assertThat(without).as("libraries without the text of their licence").isEmpty();
    }

    @Test
    @DisplayName("what a library says about its licence in files of its own is in the jar, word for word")
    void filesOfTheirOwn() throws IOException {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Map.Entry<String, File> library : bundled.entrySet()) {
            String artifact = library.getKey().substring(0, library.getKey().indexOf(':'));
            try (JarFile jar = new JarFile(library.getValue())) {
                for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                    if (!entry.isDirectory() && speaksOfRights(entry.getName())) {
                        found++;
                        JarEntry copy = program.getJarEntry(TEXTS + artifact + "/" + entry.getName());
                        if (copy == null || !Arrays.equals(bytes(program, copy), bytes(jar, entry))) {
                            missing.add(library.getKey() + " " + entry.getName());
                        }
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    @Test
    @DisplayName("the licence of the program itself is where tools look for it")
    void ours() throws IOException {
        assertThat(text("META-INF/LICENSE")).startsWith("MIT License").contains("The SyncGuard authors");
    }

    /** The list's own words: a library, and its licences in the line below. */
    private static Map<String, String> licences() throws IOException {
        Map<String, String> licences = new LinkedHashMap<>();
        String[] lines = text(LIST).split("\n");
        for (int i = 0; i + 1 < lines.length; i++) {
            String[] parts = lines[i].split(":");
            if (parts.length == 3 && !lines[i].startsWith(" ")) {
                licences.put(parts[1] + ":" + parts[2], lines[i + 1].strip());
            }
        }
        return licences;
    }

    private static boolean speaksOfRights(String entry) {
        String name = entry.substring(entry.lastIndexOf('/') + 1);
        return !name.endsWith(".class")
                && entry.startsWith("META-INF/")
                && (name.startsWith("LICENSE") || name.startsWith("NOTICE"));
    }

    private static boolean isTextOf(String artifact, JarEntry entry) {
        return entry.getName().startsWith(TEXTS + artifact + "/") && speaksOfRights(entry.getName());
    }

    /** Whether the first class that the library has for itself is in the program. */
    private static boolean isInProgram(File library) throws IOException {
        try (JarFile jar = new JarFile(library)) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("-info.class")) {
                    return has(entry.getName());
                }
            }
        }
        return false;
    }

    private static boolean has(String entry) {
        return program.getJarEntry(entry) != null;
    }

    private static String text(String entry) throws IOException {
        JarEntry found = program.getJarEntry(entry);
        assertThat(found).as(entry).isNotNull();
        return new String(bytes(program, found), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
        return jar.getInputStream(entry).readAllBytes();
    }
}
