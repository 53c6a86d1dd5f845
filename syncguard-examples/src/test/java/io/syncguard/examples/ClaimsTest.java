package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The table at the end, and what decides the exit code. */
class ClaimsTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Claims claims = new Claims(new PrintStream(screen, true, StandardCharsets.UTF_8));

    @Test
    @DisplayName("one claim that failed is seen and counts")
    void oneFailed() {
        claims.add("water is wet", true, "wet");
        claims.add("fire is cold", false, "hot");

        claims.print();

        assertThat(claims.allHold()).isFalse();
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .containsPattern("ok +water is wet +wet")
                .containsPattern("FAILED +fire is cold +hot")
                .contains("1 of them did not hold");
    }

    @Test
    @DisplayName("a run that claims nothing proves nothing")
    void none() {
        assertThat(claims.allHold()).isFalse();
    }
}
