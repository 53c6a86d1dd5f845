package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one process makes of what it hears of the others. */
class RivalryTest {
    private static final long SLOT_NANOS = 1_000_000_000;

    private final Rivalry rivalry = new Rivalry();

    private double slots(long cameAfter) {
        return rivalry.slots(cameAfter, 0, 1);
    }

    @Test
    @DisplayName("WAI-3 who has heard of nobody tries at once")
    void alone() {
        assertThat(slots(0)).isZero();
        assertThat(slots(7)).isZero();
    }

    @Test
    @DisplayName("WAI-3 who was served before one came, and not since, is left a slot")
    void order() {
        rivalry.otherServed(1, 1);
        rivalry.otherServed(2, 2);

        assertThat(slots(3)).as("after both").isEqualTo(2);
        assertThat(slots(2)).as("after the first").isEqualTo(1);
        rivalry.otherServed(1, 4);
        assertThat(slots(3)).as("the first was served").isEqualTo(1);
        rivalry.otherServed(2, 5);
        assertThat(slots(3)).as("it is the turn").isZero();
        assertThat(slots(5)).as("of one that came later").isEqualTo(1);
    }

    @Test
    @DisplayName("WAI-3 who was left his slot and did not come is waited for no longer")
    void absent() {
        rivalry.otherServed(1, 1);
        rivalry.otherServed(2, 2);
        rivalry.otherServed(3, 4);

        rivalry.unused(5, 3);

        assertThat(slots(3)).isZero();
        assertThat(slots(5)).as("those who came later are remembered").isEqualTo(1);
    }

    @Test
    @DisplayName("WAI-1 who lost chooses from more slots, from fewer the longer it waits, and from none after its turn")
    void window() {
        for (int i = 0; i < 10; i++) {
            rivalry.otherServed(i, i + 1);
            rivalry.lost();
        }

        assertThat(slots(1)).as("the widest").isEqualTo(40);
        assertThat(rivalry.slots(1, 8, 1)).isEqualTo(20);
        assertThat(rivalry.slots(1, 8, 0)).isZero();
        for (int i = 0; i < 7; i++) {
            rivalry.served(1);
        }
        assertThat(slots(1)).isZero();
    }

    @Test
    @DisplayName("WAI-1 few others are not taken for many, however often one loses")
    void windowOfFew() {
        rivalry.otherServed(1, 1);
        for (int i = 0; i < 20; i++) {
            rivalry.lost();
        }

        assertThat(slots(1)).isEqualTo(4);
    }

    @Test
    @DisplayName("WAI-3 who met others stands back after a release, and comes after its own turn")
    void standsBack() {
        rivalry.served(1);
        rivalry.released(8, 1_000, 1_001, SLOT_NANOS);

        assertThat(rivalry.holdBackNanos()).isBetween(1L, 2 * SLOT_NANOS);
        assertThat(rivalry.cameAfter()).isEqualTo(8);
    }

    @Test
    @DisplayName("WAI-3 who met nobody stands back only now and then, and ever more rarely")
    void standsBackRarely() {
        int standsBack = 0;
        long now = 1_000;
        for (int i = 1; i <= 300; i++) {
            rivalry.served(0);
            rivalry.released(i, now, now + 1, SLOT_NANOS);
            if (rivalry.cameAfter() == i) {
                standsBack++;
            }
            now += 2;
        }

        assertThat(standsBack).as("after 4, 8, 16, 32, 64 and 128 turns").isEqualTo(6);
    }

    @Test
    @DisplayName("WAI-1 with more than sixteen others nobody listens or stands back")
    void crowd() {
        for (int i = 1; i <= 16; i++) {
            rivalry.otherServed(i, i);
        }
        rivalry.served(1);
        rivalry.released(17, 1_000, 1_001, SLOT_NANOS);
        assertThat(rivalry.isCrowded()).isFalse();
        assertThat(rivalry.holdBackNanos()).isPositive();

        rivalry.otherServed(17, 18);

        assertThat(rivalry.isCrowded()).isTrue();
        assertThat(rivalry.holdBackNanos()).isZero();
    }

    @Test
    @DisplayName("WAI-3 who comes back after a while does not stand back")
    void comesLater() {
        for (int i = 1; i <= 100; i++) {
            rivalry.served(0);
            rivalry.released(i, i * 1_000L, i * 1_000L + 1, SLOT_NANOS);
        }

        assertThat(rivalry.holdBackNanos()).isZero();
    }
}
