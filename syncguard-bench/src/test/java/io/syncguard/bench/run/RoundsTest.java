package io.syncguard.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Load LOAD = Load.pairs(1);

    /** Writes down what it is asked for. */
    private static final class Recorder implements Entrant {
        private final String name;
        private final int failsToStart;
        private final List<String> record = new ArrayList<>();
        private int starts;

        Recorder(String name, int failsToStart) {
            this.name = name;
            this.failsToStart = failsToStart;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String title() {
            return name;
        }

        @Override
        public Kind kind() {
            return Kind.PEER;
        }

        @Override
        public String lacks() {
            return "";
        }

        @Override
        public void prepare(Iterable<Load> loads) throws IOException {
            starts++;
            record.add("start");
            if (starts == failsToStart) {
                throw new IOException("no");
            }
        }

        @Override
        public Optional<Slice> run(Order order) {
            record.add(order.round());
            return Optional.of(new Slice(Map.of(Figure.RATE, (double) starts)));
        }

        @Override
        public void close() {
            record.add("end");
        }
    }

    private static Results run(int rounds, int roundsOfJvm, Entrant... entrants) throws InterruptedException {
        return run(rounds, roundsOfJvm, () -> {}, entrants);
    }

    private static Results run(int rounds, int roundsOfJvm, Runnable emptying, Entrant... entrants)
            throws InterruptedException {
        return new Rounds(
                        rounds,
                        roundsOfJvm,
                        Duration.ZERO,
                        Duration.ZERO,
                        emptying,
                        Optional.empty(),
                        new PrintStream(OutputStream.nullOutputStream()))
                .run(List.of(entrants), List.of(LOAD));
    }

    @Test
    @DisplayName("after so many rounds an entrant is ended and begins anew, and its slices of all rounds count")
    void anew() throws InterruptedException {
        Recorder recorder = new Recorder("a", 0);

        Results results = run(5, 2, recorder);

        assertThat(recorder.record)
                .containsExactly("end", "start", "1", "2", "end", "start", "3", "4", "end", "start", "5");
        assertThat(results.median("a", LOAD, Figure.RATE)).isEqualTo(2);
    }

    @Test
    @DisplayName("the servers are emptied before each start and each slice")
    void emptied() throws InterruptedException {
        Recorder recorder = new Recorder("a", 0);

        run(2, 2, () -> recorder.record.add("empty"), recorder);

        assertThat(recorder.record).containsExactly("end", "empty", "start", "empty", "1", "empty", "2");
    }

    @Test
    @DisplayName("who does not start takes part again from the next fresh start on")
    void notStarted() throws InterruptedException {
        Recorder recorder = new Recorder("a", 1);
        Recorder other = new Recorder("b", 0);

        Results results = run(4, 2, recorder, other);

        assertThat(recorder.record).containsExactly("end", "start", "end", "start", "3", "4");
        assertThat(other.record).containsExactly("end", "start", "1", "2", "end", "start", "3", "4");
        assertThat(results.median("a", LOAD, Figure.RATE)).isEqualTo(2);
    }
}
