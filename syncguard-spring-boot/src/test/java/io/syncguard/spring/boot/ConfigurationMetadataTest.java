package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;

/** What the build generates for IDEs and for the start of an application. */
class ConfigurationMetadataTest {
    private static JsonNode metadata() throws IOException {
        Path file = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @Test
    @DisplayName("each property has a description, which is a sentence")
    void described() throws IOException {
        TreeMap<String, String> descriptions = new TreeMap<>();
        for (JsonNode property : metadata().get("properties")) {
            descriptions.put(
                    property.get("name").asText(), property.path("description").asText());
        }

        assertThat(descriptions)
                .containsKeys("syncguard.uri", "syncguard.redis.key-prefix", "management.endpoint.locks.show-keys")
                .allSatisfy((name, description) -> assertThat(description)
                        .as(name)
                        .matches("(?s)[A-Z].{19,}\\.")
                        .doesNotContain("{@"));
    }

    @Test
    @DisplayName("each property is in the table of the documentation, and the table has no other")
    void documented() throws IOException {
        Set<String> known = new TreeSet<>();
        for (JsonNode property : metadata().get("properties")) {
            known.add(property.get("name").asText());
        }
        Set<String> documented = Files.readAllLines(Path.of("../docs/spring-boot.md")).stream()
                .filter(line -> line.matches("\\| `(syncguard|management)\\.[a-z.-]+` \\|.*"))
                .map(line -> line.split("`")[1])
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(known);
    }

    @Test
    @DisplayName("Boot finds each auto-configuration, and its conditions without loading it")
    void found() throws IOException {
        ClassLoader loader = getClass().getClassLoader();
        List<String> ours = ImportCandidates.load(AutoConfiguration.class, loader).getCandidates().stream()
                .filter(name -> name.startsWith("io.syncguard."))
                .toList();

        assertThat(ours).contains(SyncGuardAutoConfiguration.class.getName());
        assertThat(Files.list(Path.of("src/main/java/io/syncguard/spring/boot"))
                        .map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith("AutoConfiguration.java")))
                .hasSameSizeAs(ours);
        assertThat(Files.readString(Path.of("target/classes/META-INF/spring-autoconfigure-metadata.properties")))
                .contains(ours);
    }
}
