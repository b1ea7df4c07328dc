package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.redact.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever an agent sends, its events obey the wire contract, and so are read as they were written. */
class OtlpRequestPropertyTest {
    private static final int RECORDS = 10;

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void events_writtenAndRead_areEqual(@ForAll long seed) {
        OtlpRequest request = map(seed, RedactionRules.off());

        for (AuditEvent event : request.events()) {
            assertThat(read(event, RedactionRules.off())).isEqualTo(event);
        }
    }

    /** What is stored has no secret left that the rules would still find. */
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void events_redactedAndReadByTheSameRules_areEqual(@ForAll long seed) {
        OtlpRequest request = map(seed, RedactionRules.full());

        for (AuditEvent event : request.events()) {
            assertThat(read(event, RedactionRules.full())).isEqualTo(event);
        }
    }

    /** Its resource is cut behind {@code password=hunter2hunter2}, of which what followed had made something else. */
    @Example
    void resource_whoseEndReadsAsASecretWhenItIsCut_losesIt() {
        events_redactedAndReadByTheSameRules_areEqual(-3828);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void counts_anyRecords_addUp(@ForAll long seed) {
        OtlpRequest request = map(seed, RedactionRules.full());

        Counts counts = request.counts();
        int others = counts.ignored().values().stream().mapToInt(n -> n).sum()
                + counts.rejected().values().stream().mapToInt(n -> n).sum();
        assertThat(counts.kept()).isEqualTo(request.events().size());
        assertThat(counts.kept() + others).isEqualTo(RECORDS);
    }

    private static OtlpRequest map(long seed, RedactionRules rules) {
        Random random = new Random(~seed);
        Content content = List.of(Content.values()).get(random.nextInt(3));
        Spans spans = List.of(Spans.values()).get(random.nextInt(3));
        OtlpRequest request =
                new OtlpMapper(Requests.MAPPING, content, spans, rules, kind -> {}).begin(new Sender(null, "key-1"));
        new RandomRecords(seed).visit(request, RECORDS);
        return request;
    }

    /** The reader sets neither what it did not redact nor, without a timestamp, the one that was written. */
    private static Object read(AuditEvent event, RedactionRules rules) {
        byte[] json = Requests.json(event).getBytes(StandardCharsets.UTF_8);
        DecodedEvent read = new EventReader(1, rules, kind -> {})
                .readJson(json, event.submittedBy())
                .events()
                .get(0);
        if (!(read instanceof DecodedEvent.Valid valid) || valid.event().redacted() != null) {
            return read;
        }
        AuditEvent.Builder copy = valid.event().toBuilder().redacted(event.redacted());
        return (event.timestamp() == null ? copy.timestamp(null) : copy).build();
    }
}
