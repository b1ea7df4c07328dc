package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.event;
import static dev.sentinel.audit.event.EventSamples.valid;
import static dev.sentinel.audit.event.EventSamples.with;
import static dev.sentinel.audit.event.EventSamples.without;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.redact.RedactionRules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventContentTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-02T09:00:00.000001Z");
    private static final EventContent CONTENT = new EventContent(RedactionRules.full());

    private static boolean same(String sent, String stored) {
        return CONTENT.same(event(sent), new StoredEvent(0, RECEIVED, event(stored), Seals.ANY));
    }

    private static boolean sameMetadata(String sent, String stored) {
        return same(with("metadata", sent), with("metadata", stored));
    }

    @Test
    void same_equalEvents_isTrue() {
        assertThat(same(valid(), valid())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "event_id,'\"1f8fad5b-d9cb-469f-a165-70867728950e\"'",
        "timestamp,'\"2026-11-02T08:05:13.887Z\"'",
        "agent_instance_id,'\"agent-2\"'",
        "trace_id,'\"trace-2\"'",
        "actor,'\"human\"'",
        "action_type,'\"db_query\"'",
        "resource,'\"other\"'",
        "status,'\"error\"'",
        "latency_ms,83",
        "latency_ms,null",
        "metadata,'{}'",
        "span_id,'\"1\"'",
        "parent_span_id,'\"1\"'",
        "session_id,'\"1\"'",
        "on_behalf_of,'\"1\"'"
    })
    void same_oneFieldDiffers_isFalse(String name, String value) {
        assertThat(same(valid(), with(name, value))).isFalse();
    }

    @Test
    void same_sentWithoutTimestamp_ignoresTimestamp() {
        assertThat(same(without("timestamp"), valid())).isTrue();
    }

    @Test
    void same_storedWithoutTimestamp_ignoresTimestamp() {
        assertThat(same(valid(), without("timestamp"))).isTrue();
    }

    @Test
    void same_storedWithReceivedAt_ignoresTimestamp() {
        assertThat(same(valid(), with("timestamp", "\"" + Timestamps.format(RECEIVED) + "\"")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2} | {\"b\":2,\"a\":1}",
                "{\"a\":1} | {\"a\":1.0}",
                "{\"a\":1} | {\"a\":10e-1}",
                "{\"a\":100} | {\"a\":1E+2}",
                "{\"a\":0.00120} | {\"a\":12e-4}",
                "{\"a\":0} | {\"a\":-0.00e99999999999}",
                "{\"a\":1e99999999999999999999} | {\"a\":10e99999999999999999998}",
                "{\"a\":0.1e1000000000000000000} | {\"a\":1e+00999999999999999999}",
                "{\"a\":1e-1000000000000000000} | {\"a\":0.1e-999999999999999999}",
                "{\"a\":0.001e-99999999999999999999} | {\"a\":1e-100000000000000000002}",
                "{\"a\":[{\"b\":null,\"c\":true}]} | {\"a\":[{\"c\":true,\"b\":null}]}"
            })
    void same_equivalentMetadata_isTrue(String sent, String stored) {
        assertThat(sameMetadata(sent, stored)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} | {\"a\":2}",
                "{\"a\":1} | {\"a\":-1}",
                "{\"a\":1} | {\"a\":\"1\"}",
                "{\"a\":1} | {\"b\":1}",
                "{\"a\":1} | {\"a\":1,\"b\":2}",
                "{\"a\":null} | {}",
                "{\"a\":null} | {\"b\":null}",
                "{\"a\":true} | {\"a\":false}",
                "{\"a\":[1,2]} | {\"a\":[2,1]}",
                "{\"a\":[1]} | {\"a\":[1,1]}",
                "{\"a\":[]} | {\"a\":{}}",
                "{\"a\":0.1} | {\"a\":0.10000000000000000000000001}",
                "{\"a\":9007199254740993} | {\"a\":9007199254740992}",
                "{\"a\":1e99999999999999999999} | {\"a\":1e99999999999999999998}",
                "{\"[REDACTED]\":1} | {\"a\":1}",
                "{\"a\":\"[REDACTED]\"} | {\"a\":\"secret\"}",
                "{\"a\":\"secret\"} | {\"a\":\"[REDACTED]\"}",
                "{\"a\":\"[REDACTED] and [REDACTED].\"} | {\"a\":\"this and that.\"}",
                "{\"a\":\"this [REDACTED].\"} | {\"a\":\"this and that.\"}",
                "{\"a\":\"[REDACTED]\"} | {}"
            })
    void same_differentMetadata_isFalse(String sent, String stored) {
        assertThat(sameMetadata(sent, stored)).isFalse();
    }

    @Test
    void same_storedMetadataIsNotJson_isFalse() {
        AuditEvent sent = event(valid());
        AuditEvent broken = sent.toBuilder().metadata("{\"a\":").build();

        assertThat(CONTENT.same(sent, new StoredEvent(0, RECEIVED, broken, Seals.ANY)))
                .isFalse();
    }

    /** The stored event was redacted by the rules of another version, or not at all. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"password\":\"pw1\"} | {\"password\":\"pw1\"} |",
                "{\"a\":\"x://u:pw@h/\"} | {\"a\":\"x://u:[REDACTED]@h/\"} | 1-full",
                "{\"a\":\"x://u:pw@h/\"} | {\"a\":\"x://u:pw@h/\"} |",
                "{\"seen\":{\"b\":[1]}} | {\"seen\":\"[REDACTED]\"} | 1-full",
                "{\"a\":\"this and that\",\"password\":\"x1\"}"
                        + " | {\"a\":\"[REDACTED] and [REDACTED]\",\"password\":\"x1\"} | 1-off"
            })
    void same_storedByOtherRules_isTrue(String sent, String stored, @Nullable String rules) {
        assertThat(sameByRules(sent, stored, rules)).isTrue();
    }

    /** What a client that guesses sends, and what is stored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"[REDACTED]\"} | {\"a\":\"content\"} | 1-full",
                "{\"a\":\"con[REDACTED]\"} | {\"a\":\"content\"} | 1-full",
                "{\"a\":\"con password=guess-1\"} | {\"a\":\"content\"} | 1-full",
                "{\"a\":\"see Bearer guess1guess1\"} | {\"a\":\"see Bearer of bad news\"} |",
                "{\"a\":\"Bearer guess1guess1\"} | {\"a\":\"Bearer of bad news\"} | 5-full",
                "{\"a\":\"some text\"} | {\"a\":\"[REDACTED]\"} | 5-full",
                "{\"a\":\"x://u:pw@g/\"} | {\"a\":\"x://u:[REDACTED]@h/\"} | 1-full",
                "{\"a\":\"abc\"} | {\"a\":\"ab[REDACTED]bc\"} | 1-full"
            })
    void same_guess_isFalse(String sent, String stored, @Nullable String rules) {
        assertThat(sameByRules(sent, stored, rules)).isFalse();
    }

    private static boolean sameByRules(String sent, String stored, @Nullable String rules) {
        AuditEvent kept = event(valid()).toBuilder()
                .metadata(stored)
                .redacted(rules == null ? null : "{\"rules\":\"" + rules + "\",\"count\":1,\"pointers\":[]}")
                .build();
        return CONTENT.same(event(with("metadata", sent)), new StoredEvent(0, RECEIVED, kept, Seals.ANY));
    }

    /** Quadratic comparison of these takes minutes. The log may hold longer numbers than clients may send now. */
    @Test
    @Timeout(10)
    void same_longNumbers_areComparedInLinearTime() {
        String exponent = "9".repeat(4_000_000);

        assertThat(JsonTree.same("[1e" + exponent + "]", "[1e" + exponent.substring(1) + "8]"))
                .isFalse();
        assertThat(JsonTree.same("[0.1e" + exponent + "]", "[0.01e1" + "0".repeat(4_000_000) + "]"))
                .isTrue();
    }
}
