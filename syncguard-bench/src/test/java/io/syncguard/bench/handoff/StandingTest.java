package io.syncguard.bench.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.report.Table;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StandingTest {
    private final Standing standing =
            new Standing(Candidates.named("syncguard-memory").orElseThrow());

    private String row() {
        Table table = Standing.table();
        standing.addTo(table);
        return table.markdown().lines().skip(2).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("each figure stands in its column")
    void figures() {
        standing.add(new Figures(700.4, 300.6, 210, 532, 4777, 0.074, 10.04, 2, 1, 2, 3));
        assertThat(row())
                .isEqualTo("| SyncGuard, memory | 700 | 301 | 210 | 532 | 4777 | 0.07 | 10.0 | 2.0 | 1 | 2 | 3 | 1 |");
    }

    @Test
    @DisplayName("races that broke off are not passed over")
    void broken() {
        standing.addBrokenRace();
        assertThat(row())
                .isEqualTo("| SyncGuard, memory | – | – | – | – | – | – | – | – | – | – | – | 0, 1 broke off |");
    }
}
