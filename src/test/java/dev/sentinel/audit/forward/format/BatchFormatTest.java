package dev.sentinel.audit.forward.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.SampleBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What receivers of each format read: the events of the batch, in order, each with its id and position. */
class BatchFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "https://audit.example.com/log";

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void plain_anyBatch_saysItsRangeAndHoldsTheEventsAsTheyAre(@ForAll long seed) {
        Batch batch = batch(seed);

        String text = text("plain", batch);

        String events = String.join(
                ",", batch.events().stream().map(EventWriter::toJson).toList());
        assertThat(text)
                .isEqualTo("{\"type\":\"events\",\"destination\":\"siem\",\"from\":" + batch.from() + ",\"next\":"
                        + batch.next() + ",\"events\":[" + events + "]}");
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void array_anyBatch_holdsTheEventsAsTheyAre(@ForAll long seed) {
        Batch batch = batch(seed);

        assertThat(text("array", batch))
                .isEqualTo("["
                        + String.join(
                                ",",
                                batch.events().stream().map(EventWriter::toJson).toList())
                        + "]");
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void ndjson_anyBatch_hasOneEventALineAsItIs(@ForAll long seed) {
        Batch batch = batch(seed);

        String text = text("ndjson", batch);

        assertThat(text).endsWith("\n");
        assertThat(text.substring(0, text.length() - 1).split("\n", -1))
                .containsExactlyElementsOf(
                        batch.events().stream().map(EventWriter::toJson).toList());
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void cloudEvents_anyBatch_hasIdAndSequenceAndTheEventAsItIs(@ForAll long seed) throws IOException {
        Batch batch = batch(seed);

        String text = text("cloudevents", batch);

        JsonNode array = JSON.readTree(text);
        check(batch, array, event -> event.path("id"), event -> event.path("sequence"));
        check(batch, array, event -> event.at("/data/event_id"), event -> event.at("/data/seq"));
        batch.events().forEach(event -> assertThat(text).contains(",\"data\":" + EventWriter.toJson(event) + "}"));
        List<String> sequences = new ArrayList<>();
        array.forEach(event -> sequences.add(event.path("sequence").asText()));
        assertThat(sequences).isSorted();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void splunk_anyBatch_hasObjectsBackToBackWithTheEventAsItIs(@ForAll long seed) throws IOException {
        Batch batch = batch(seed);

        String text = text("splunk", batch);

        List<JsonNode> objects = objects(text);
        check(batch, objects, object -> object.at("/event/event_id"), object -> object.at("/fields/seq"));
        batch.events().forEach(event -> assertThat(text).contains(",\"event\":" + EventWriter.toJson(event) + ","));
        assertThat(objects).allSatisfy(object -> {
            assertThat(object.path("time").decimalValue()).isNotNegative();
            assertThat(object.path("sourcetype").asText()).isEqualTo("sentinel:audit");
            assertThat(object.path("fields")).allMatch(JsonNode::isTextual);
        });
    }

    @Test
    void splunk_time_isInSecondsToTheMicrosecond() {
        Batch batch = SampleBatches.of(3, SampleBatches.event().build());

        assertThat(text("splunk", batch)).startsWith("{\"time\":1793606713.886000,\"source\":\"" + SOURCE + "\",");
    }

    /** The machine of the server may write numbers with other digits. */
    @ParameterizedTest
    @ValueSource(strings = {"splunk", "cloudevents"})
    void format_localeWithOtherDigits_hasTheSameText(String name) {
        Batch batch = SampleBatches.usual(3, 2);
        String usual = text(name, batch);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(text(name, batch)).isEqualTo(usual);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void elastic_anyBatch_hasAnActionAndADocumentForEachEvent(@ForAll long seed) throws IOException {
        Batch batch = batch(seed);

        String text = text("elastic", batch);

        assertThat(text).endsWith("\n");
        assertThat(text.lines()).hasSize(2 * batch.events().size());
        List<JsonNode> lines = objects(text);
        List<JsonNode> documents = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 2) {
            JsonNode document = lines.get(i + 1);
            assertThat(lines.get(i).at("/create/_id")).isEqualTo(document.at("/event/id"));
            documents.add(document);
        }
        check(batch, documents, document -> document.at("/event/id"), document -> document.at("/event/sequence"));
        for (int i = 0; i < documents.size(); i++) {
            assertThat(documents.get(i).at("/event/original").asText())
                    .isEqualTo(EventWriter.toJson(batch.events().get(i)));
            assertThat(documents.get(i).has("agent")).isFalse();
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void ocsf_anyBatch_hasIdAndSequenceAndLosesNothing(@ForAll long seed) throws IOException {
        Batch batch = batch(seed);

        JsonNode array = JSON.readTree(text("ocsf", batch));

        check(batch, array, event -> event.at("/metadata/uid"), event -> event.at("/metadata/sequence"));
        for (int i = 0; i < array.size(); i++) {
            JsonNode event = JSON.readTree(EventWriter.toJson(batch.events().get(i)));
            JsonNode ocsf = array.get(i);
            assertThat(ocsf.at("/unmapped/metadata")).isEqualTo(event.path("metadata"));
            assertThat(ocsf.at("/unmapped/latency_ms"))
                    .isEqualTo(event.path("latency_ms").isNull() ? JSON.missingNode() : event.path("latency_ms"));
            assertThat(ocsf.at("/resources/0/name")).isEqualTo(event.path("resource"));
            assertThat(ocsf.at("/metadata/original_time")).isEqualTo(event.path("timestamp"));
        }
    }

    @Test
    void plain_noEvents_isATest() {
        assertThat(text("plain", new Batch(List.of(), 0, 0)))
                .isEqualTo("{\"type\":\"test\",\"destination\":\"siem\",\"from\":0,\"next\":0,\"events\":[]}");
    }

    @Test
    void named_unknownFormat_saysWhichThereAre() {
        assertThatThrownBy(() -> BatchFormat.named("xml", "siem", SOURCE, OcsfVersion.V1_8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format must be one of plain, array, ndjson, cloudevents, splunk, elastic, ocsf");
    }

    private static Batch batch(long seed) {
        return SampleBatches.random(seed, Math.floorMod(seed, 1L << 40), 1 + (int) Math.floorMod(seed, 20L));
    }

    private static String text(String format, Batch batch) {
        return new String(
                BatchFormat.named(format, "siem", SOURCE, OcsfVersion.V1_8).bytes(batch), UTF_8);
    }

    private static List<JsonNode> objects(String text) throws IOException {
        try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
            return values.readAll();
        }
    }

    private static void check(
            Batch batch,
            Iterable<JsonNode> written,
            Function<JsonNode, JsonNode> id,
            Function<JsonNode, JsonNode> seq) {
        List<String> found = new ArrayList<>();
        written.forEach(
                one -> found.add(id.apply(one).asText() + " " + seq.apply(one).asLong(-1)));
        List<String> expected = new ArrayList<>();
        for (StoredEvent event : batch.events()) {
            expected.add(event.event().eventId() + " " + event.seq());
        }
        assertThat(found).isEqualTo(expected);
    }
}
