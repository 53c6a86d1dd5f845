package io.syncguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShortSvgTest {
    private static final String STYLE = "style=\"stroke:red;\"";

    @Test
    @DisplayName("outlines become relative, and the one after another begins where that began")
    void outlines() {
        String outline = "<path d=\"M10.0,20.0 L10.123456,25.5 Q1.0,2.0 3.0,4.0 Z L11.0,20.0 \"/>";

        assertThat(ShortSvg.of(outline)).isEqualTo("<path d=\"m10 20l.1 5.5q-9.1-23.5-7.1-21.5zl1 0\"/>");
    }

    @Test
    @DisplayName("rounding does not add up")
    void rounding() {
        String outline = "<path d=\"M0.0,0.0 L0.04,0.0 L0.08,0.0 L0.12,0.0\"/>";

        assertThat(ShortSvg.of(outline)).isEqualTo("<path d=\"m0 0l0 0l.1 0l0 0\"/>");
    }

    @Test
    @DisplayName("lines that go on become one path, and others stay apart")
    void lines() {
        String lines = "<g>\n" + line(1, 2, 5, 5) + line(2, 2, 5, 9) + line(7, 8, 0, 0) + "</g>";

        assertThat(ShortSvg.of(lines))
                .isEqualTo("<g>\n<path " + STYLE + " d=\"m1 5l1 0l0 4\"/>\n<path " + STYLE + " d=\"m7 0l1 0\"/>\n</g>");
    }

    private static String line(int x1, int x2, int y1, int y2) {
        return "<line %s x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n  ".formatted(STYLE, x1, x2, y1, y2);
    }

    @Test
    @DisplayName("other numbers have two decimals at most, and versions stay")
    void numbers() {
        assertThat(ShortSvg.of("<svg version=\"1.0\" x=\"12.34567\" y=\"-3.000000001\"/>"))
                .isEqualTo("<svg version=\"1.0\" x=\"12.35\" y=\"-3\"/>");
    }
}
