package io.syncguard.micrometer;

import static io.syncguard.micrometer.ContentionScenario.CHARGE;
import static io.syncguard.micrometer.ContentionScenario.REPORT;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Plots of what the meters showed during a {@link ContentionScenario}: who waits, for how long, who holds, and what was lost. */
final class ContentionPlots {
    private static final Color BLUE = new Color(0x25, 0x63, 0xeb);
    private static final Color ORANGE = new Color(0xd9, 0x77, 0x06);
    private static final Color RED = new Color(0xdc, 0x26, 0x26);

    private final List<MeterSample> samples;
    private final LastSecond lastSecond;

    ContentionPlots(List<MeterSample> samples) {
        this.samples = samples;
        this.lastSecond = new LastSecond(samples);
    }

    /** Writes them into a directory, and returns their files. */
    List<Path> writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        return List.of(
                waiting().writeTo(directory.resolve("who-waits.svg")),
                waitTime().writeTo(directory.resolve("wait-time.svg")),
                holding().writeTo(directory.resolve("who-holds.svg")));
    }

    private SamplePlot waiting() {
        return plot("Who waits", "acquires in flight")
                .steps(CHARGE, BLUE, each(now -> now.of(CHARGE).waiting()))
                .steps(REPORT, ORANGE, each(now -> now.of(REPORT).waiting()));
    }

    private SamplePlot waitTime() {
        return plot("How long acquires took, on average of the last second", "seconds")
                .line(CHARGE, BLUE, lastSecond.meanWait(CHARGE))
                .line(REPORT, ORANGE, lastSecond.meanWait(REPORT));
    }

    private SamplePlot holding() {
        return plot("Who holds, and what was lost", "locks")
                .steps(CHARGE + ", held", BLUE, each(now -> now.of(CHARGE).held()))
                .steps(REPORT + ", held", ORANGE, each(now -> now.of(REPORT).held()))
                .steps("lost in the last second", RED, lastSecond.losses());
    }

    private SamplePlot plot(String title, String unit) {
        return new SamplePlot(title, unit, samples);
    }

    private List<Double> each(ToDoubleFunction<MeterSample> figure) {
        return samples.stream().map(figure::applyAsDouble).toList();
    }
}
