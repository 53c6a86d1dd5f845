package io.syncguard.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.chart.Chart.Group;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<String> texts(Document document) {
        NodeList texts = document.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }

    @Test
    @DisplayName(
            "bars are sorted, the longest first, in the colours of whose they are, and what is not known is left out")
    void bars() throws Exception {
        String svg = Chart.bars(
                "Speed & <more>",
                "pairs a second",
                List.of(new Group<>(
                        "8 threads",
                        List.of(
                                new Bar("slow", Tone.PEER, 100),
                                new Bar("fast", Tone.OURS, 2_000),
                                new Bar("absent", Tone.PEER, Double.NaN)))));
        Document document = parsed(svg);
        assertThat(texts(document))
                .containsSubsequence("Speed & <more>", "pairs a second", "8 threads", "fast", "2,000", "slow", "100")
                .doesNotContain("absent");
        NodeList rectangles = document.getElementsByTagName("rect");
        Element last = (Element) rectangles.item(rectangles.getLength() - 1);
        Element before = (Element) rectangles.item(rectangles.getLength() - 2);
        assertThat(before.getAttribute("fill")).isEqualTo(Tone.OURS.fill());
        assertThat(Double.parseDouble(before.getAttribute("width")))
                .isGreaterThan(10 * Double.parseDouble(last.getAttribute("width")));
    }

    @Test
    @DisplayName("spans are sorted by where they begin, with both ends and the notes beside them")
    void spans() throws Exception {
        String svg = Chart.spans(
                "Latency",
                "µs",
                List.of("worst"),
                List.of(new Group<>(
                        "2 contenders",
                        List.of(
                                new Span("late", Tone.PEER, 900, 4_000, List.of("71 ms")),
                                new Span("early", Tone.OURS, 90, 400, List.of("7 ms"))))));
        assertThat(texts(parsed(svg)))
                .containsSubsequence("worst", "early", "90", "400", "7 ms", "late", "900", "4,000", "71 ms");
    }

    @Test
    @DisplayName("a chart of nothing is still a chart")
    void nothing() throws Exception {
        assertThat(texts(parsed(Chart.spans("Latency", "µs", List.of(), List.of(new Group<>("none", List.of()))))))
                .contains("Latency");
        assertThat(texts(parsed(Chart.bars("Speed", "", List.of())))).contains("Speed");
    }

    @Test
    @DisplayName("a scale holds all numbers and is written on sparsely")
    void scale() {
        LogScale scale = LogScale.over(83, 121_000);
        assertThat(scale.position(83)).isBetween(0.0, 0.2);
        assertThat(scale.position(121_000)).isBetween(0.8, 1.0);
        assertThat(scale.ticks()).containsExactly(100.0, 1_000.0, 10_000.0, 100_000.0);
        assertThat(LogScale.over(12, 15).ticks()).containsExactly(10.0, 20.0, 50.0, 100.0);
    }
}
