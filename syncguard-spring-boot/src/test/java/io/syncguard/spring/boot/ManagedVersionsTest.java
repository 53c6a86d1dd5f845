package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootVersion;

/** Tests run on the libraries that an application gets from Boot, and not on those of this build. */
class ManagedVersionsTest {
    private static final String BOOT = System.getProperty("syncguard.expectedBoot", SpringBootVersion.getVersion());

    @Test
    @DisplayName("Boot is the one that was asked for")
    void boot() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(BOOT);
    }

    @ParameterizedTest
    @CsvSource({
        "jedis, jedis",
        "lettuce, lettuce-core",
        "micrometer, micrometer-core",
        "micrometer, micrometer-observation",
        "slf4j, slf4j-api",
        "jspecify, jspecify",
        "jackson-2-bom, jackson-databind",
        "testcontainers, testcontainers"
    })
    @DisplayName("a library has the version that Boot manages")
    void managed(String property, String artifact) throws IOException {
        Path onClassPath = jar(artifact);

        assertThat(onClassPath.getFileName().toString())
                .isIn(versions(property).stream()
                        .map(version -> artifact + "-" + version + ".jar")
                        .toList());
    }

    private static Path jar(String artifact) {
        return classPath()
                .filter(path -> path.getFileName().toString().matches(artifact + "-[0-9].*\\.jar"))
                .filter(path -> !path.toString().contains("/tools/jackson/"))
                .findAny()
                .orElseThrow();
    }

    private static Stream<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    private static List<String> versions(String property) throws IOException {
        Path boot = jar("spring-boot");
        // …/org/springframework/boot/spring-boot/VERSION/spring-boot-VERSION.jar
        Path bom = boot.getParent()
                .getParent()
                .getParent()
                .resolve(Path.of("spring-boot-dependencies", BOOT, "spring-boot-dependencies-" + BOOT + ".pom"));
        Matcher version =
                Pattern.compile("<" + property + "\\.version>([^<]+)<").matcher(Files.readString(bom));
        return version.results().map(found -> found.group(1)).toList();
    }
}
