package io.syncguard.testsupport;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A {@code reachability-metadata.json}, as far as this project uses its schema. Versions 1.1 and 1.2 have all of that; the reasons that
 * 1.2 allows are refused by tools that read 1.1. Immutable.
 */
final class MetadataFile {
    private static final Set<String> ROOT = Set.of("reflection", "resources");
    private static final Set<String> OF_TYPE = Set.of("condition", "type", "methods", "fields");
    private static final Set<String> OF_METHOD = Set.of("name", "parameterTypes");
    private static final Set<String> OF_FIELD = Set.of("name");
    private static final Set<String> OF_RESOURCE = Set.of("condition", "glob");
    private static final Set<String> OF_CONDITION = Set.of("typeReached");

    /** A method by its name and the types of its parameters. */
    record Method(String name, List<String> parameterTypes) {}

    /** What is registered of a type. */
    record RegisteredType(String name, List<Method> methods, List<String> fields) {}

    private final List<String> faults = new ArrayList<>();
    private final List<RegisteredType> types = new ArrayList<>();
    private final List<String> globs = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();

    private MetadataFile() {}

    /** Reads a file. One that does not exist is as one that is empty. */
    static MetadataFile read(Path file) {
        MetadataFile metadata = new MetadataFile();
        if (Files.exists(file)) {
            try {
                metadata.add(JsonMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build()
                        .readTree(Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return metadata;
    }

    /** Returns what the schema does not allow. */
    List<String> faults() {
        return faults;
    }

    List<RegisteredType> types() {
        return types;
    }

    List<String> globs() {
        return globs;
    }

    /** Returns the types that have to be reached. */
    List<String> conditions() {
        return conditions;
    }

    boolean covers(String resource) {
        return globs.stream()
                .anyMatch(glob ->
                        FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(resource)));
    }

    private void add(JsonNode root) {
        check(root, ROOT, "the file");
        for (JsonNode entry : array(root, "reflection")) {
            check(entry, OF_TYPE, "reflection");
            addCondition(entry);
            List<Method> methods = new ArrayList<>();
            for (JsonNode method : array(entry, "methods")) {
                check(method, OF_METHOD, "methods");
                List<String> parameters = new ArrayList<>();
                array(method, "parameterTypes").forEach(parameter -> parameters.add(parameter.asText()));
                methods.add(new Method(text(method, "name"), parameters));
            }
            List<String> fields = new ArrayList<>();
            for (JsonNode field : array(entry, "fields")) {
                check(field, OF_FIELD, "fields");
                fields.add(text(field, "name"));
            }
            types.add(new RegisteredType(text(entry, "type"), methods, fields));
        }
        for (JsonNode entry : array(root, "resources")) {
            check(entry, OF_RESOURCE, "resources");
            addCondition(entry);
            globs.add(text(entry, "glob"));
        }
    }

    private void addCondition(JsonNode entry) {
        if (entry.has("condition")) {
            check(entry.get("condition"), OF_CONDITION, "condition");
            conditions.add(text(entry.get("condition"), "typeReached"));
        }
    }

    private void check(JsonNode node, Set<String> allowed, String where) {
        if (!node.isObject()) {
            faults.add(where + " has something that is no object: " + node);
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                faults.add(where + " has an unknown " + name);
            }
        });
    }

    private JsonNode array(JsonNode node, String name) {
        JsonNode array = node.path(name);
        if (!array.isArray() && !array.isMissingNode()) {
            faults.add(name + " is no array");
        }
        return array;
    }

    private String text(JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (!text.isTextual()) {
            faults.add(name + " is no text: " + node);
        }
        return text.asText();
    }
}
