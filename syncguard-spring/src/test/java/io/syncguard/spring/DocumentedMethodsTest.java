package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import io.syncguard.spring.GuideExamples.Ledger;
import io.syncguard.spring.GuideExamples.Order;
import io.syncguard.spring.GuideExamples.Payments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The examples of the guide compile, and do what they say. */
class DocumentedMethodsTest {
    private static final Path GUIDE = Path.of("../docs/locked-methods.md");
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

    /** Returns the lines without their indentation. */
    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }

    @Test
    @DisplayName("each example of the guide is among those that are compiled here")
    void compiled() throws IOException {
        Path sources = Path.of("src/test/java/io/syncguard/spring");
        String compiled = withoutIndent(Files.readString(sources.resolve("GuideExamples.java"))
                + Files.readString(sources.resolve("LockConfiguration.java")));
        List<MatchResult> examples =
                BLOCK.matcher(Files.readString(GUIDE)).results().toList();

        assertThat(examples).hasSize(7).allSatisfy(example -> assertThat(
                        compiled.contains(withoutIndent(example.group(1))))
                .as(example.group(1))
                .isTrue());
    }

    @Test
    @DisplayName("each link of the guide leads somewhere")
    void links() throws IOException {
        assertThat(LINK.matcher(Files.readString(GUIDE)).results())
                .hasSizeGreaterThan(10)
                .allSatisfy(link -> {
                    Path page = link.group(1).isEmpty() ? GUIDE : GUIDE.resolveSibling(link.group(1));
                    assertThat(page).exists();
                    if (link.group(2) != null) {
                        assertThat(Files.readAllLines(page))
                                .filteredOn(line -> line.startsWith("#"))
                                .map(heading -> heading.replaceAll("[^\\w -]", "")
                                        .strip()
                                        .replace(' ', '-')
                                        .toLowerCase(java.util.Locale.ROOT))
                                .contains(link.group(2));
                    }
                });
    }

    @Test
    @DisplayName("the examples of the guide run")
    void run() throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
                SyncGuard elsewhere = TestLocks.named("guide").guard()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("guide", Map.of("locks.address", "memory:guide")));
            context.register(LockConfiguration.class, Ledger.class, Payments.class);
            context.refresh();
            Payments payments = context.getBean(Payments.class);
            Ledger ledger = context.getBean(Ledger.class);

            assertThat(payments.pay(new Order(1)).order()).isOne();
            payments.post(2);
            payments.report();
            payments.report();
            assertThat(payments.tryToPost(3)).isEqualTo("posted");
            elsewhere.run("account-3", () -> assertThat(payments.tryToPost(3)).isEqualTo("busy: 3"));
            payments.post(4, 100, null);
            assertThat(payments.postLater(5).get()).isEqualTo("charged 5");
            assertThat(payments.postReactively(6, null).block(Await.PATIENCE)).isEqualTo("charged 6 with a fence");
            payments.transfer(8, 7, 10, null, null);
            payments.postUnlessLost(9);

            assertThat(ledger.entries)
                    .containsExactly(
                            "charged 1",
                            "charged 2",
                            "reported",
                            "charged 3",
                            "posted 100 to 4 with a fence",
                            "posted -10 to 8 with a fence",
                            "posted 10 to 7 with a fence",
                            "charged 9");
        }
    }
}
