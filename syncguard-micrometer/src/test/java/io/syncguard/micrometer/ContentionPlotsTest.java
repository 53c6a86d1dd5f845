package io.syncguard.micrometer;

import static io.syncguard.micrometer.ContentionScenario.CHARGE;
import static io.syncguard.micrometer.ContentionScenario.REPORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.GraphicsEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What the meters show of one real run, and the plots of it in the guide. */
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class ContentionPlotsTest {
    /** The property that names the directory of the plots. */
    private static final String DIRECTORY = "syncguard.plots";

    private static final Path DOCS = Path.of("..", "docs");
    private static final int MOST_BYTES = 60_000;

    private static List<MeterSample> samples;

    @BeforeAll
    static void play() throws Exception {
        samples = ContentionScenario.play();
    }

    private static List<MeterSample> in(ContentionPhase phase) {
        return samples.stream().filter(sample -> sample.phase() == phase).toList();
    }

    private static long most(ContentionPhase phase, ToLongFunction<MeterSample> figure) {
        return in(phase).stream().mapToLong(figure).max().orElseThrow();
    }

    private static MeterSample lastIn(ContentionPhase phase) {
        List<MeterSample> all = in(phase);
        return all.get(all.size() - 1);
    }

    @Test
    @DisplayName("a crowd waits, and nobody does after it")
    void waiting() {
        assertThat(most(ContentionPhase.CROWD, now -> now.of(CHARGE).waiting()))
                .isGreaterThanOrEqualTo(ContentionScenario.CROWD);

        // Acquires of usual load are in flight for a moment, one of each process at most.
        assertThat(most(ContentionPhase.QUIET, now -> now.of(CHARGE).waiting()))
                .isLessThanOrEqualTo(ContentionScenario.PROCESSES);
        assertThat(in(ContentionPhase.QUIET))
                .anyMatch(now -> now.of(CHARGE).waiting() == 0)
                .allMatch(now -> now.of(REPORT).waiting() == 0);
    }

    @Test
    @DisplayName("the time that the crowd waited is in the timer")
    void waitTime() {
        double before = lastIn(ContentionPhase.CALM).of(CHARGE).waitedSeconds();
        double after = in(ContentionPhase.QUIET).get(0).of(CHARGE).waitedSeconds();

        assertThat(after - before)
                .isGreaterThan(ContentionScenario.CROWD * ContentionScenario.CROWD_HOLD.toMillis() / 1_000.0);
    }

    @Test
    @DisplayName("locks are held, lost in the outage, and held again after it")
    void holding() {
        assertThat(most(ContentionPhase.CALM, now -> now.of(CHARGE).held())).isPositive();
        assertThat(lastIn(ContentionPhase.QUIET).of(REPORT).held()).isEqualTo(ContentionScenario.PROCESSES);
        assertThat(lastIn(ContentionPhase.HANG).of(REPORT).held()).isZero();
        assertThat(most(ContentionPhase.RECOVERY, now -> now.of(REPORT).held()))
                .isEqualTo(ContentionScenario.PROCESSES);
    }

    @Test
    @DisplayName("losses are counted in the outage, and none before it")
    void losses() {
        Set<ContentionPhase> before = EnumSet.range(ContentionPhase.CALM, ContentionPhase.QUIET);

        assertThat(before).allSatisfy(phase -> assertThat(in(phase)).allMatch(now -> now.lost() == 0));
        assertThat(lastIn(ContentionPhase.HANG).lost()).isGreaterThanOrEqualTo(ContentionScenario.PROCESSES);
    }

    @Test
    @DisplayName("in the end all gauges are back to zero")
    void end() {
        MeterSample end = lastIn(ContentionPhase.END);

        assertThat(end.figures()).hasSize(2).allSatisfy((name, figures) -> {
            assertThat(figures.waiting()).isZero();
            assertThat(figures.held()).isZero();
        });
    }

    @Test
    @DisplayName("the run is drawn, into target/plots unless told otherwise")
    void plots() throws Exception {
        assumeThat(fontsAreInstalled())
                .as("this JDK finds fonts to draw with (on Linux, those of fontconfig)")
                .isTrue();
        Path directory = Path.of(System.getProperty(DIRECTORY, "target/plots"));

        List<Path> files = new ContentionPlots(samples).writeTo(directory);

        assertThat(files)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).content().contains("<svg", "</svg>"));
    }

    private static boolean fontsAreInstalled() {
        try {
            return GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length > 0;
        } catch (RuntimeException | LinkageError | InternalError noFonts) {
            return false;
        }
    }

    @Test
    @DisplayName("the guide shows each plot, small enough for a page")
    void guide() throws Exception {
        String guide = Files.readString(DOCS.resolve("observability.md"));
        List<Path> plots;
        try (Stream<Path> all = Files.list(DOCS.resolve("observability"))) {
            plots = all.filter(file -> file.toString().endsWith(".svg")).toList();
        }

        assertThat(plots).hasSize(3).allSatisfy(plot -> {
            assertThat(guide).contains("(observability/" + plot.getFileName() + ")");
            assertThat(Files.size(plot)).isLessThan(MOST_BYTES);
        });
    }
}
