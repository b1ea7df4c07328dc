package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.PageBuilder;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is parsed by the rules of RFC 4180 has the values of the events. */
final class CsvRowsTest {
    private static final int EVENTS = 800;
    private static final String[] BEGINNINGS = {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "'",
        "\"",
        ",",
        " =",
        "=\"",
        "\r\n",
        "\"\"",
        "a\r=",
        "\u00e9",
        ";",
        "a;=",
        "a; +",
        "\uFF1D",
        "a\u00A0=",
        "\u00A0@",
        "\uFEFF-",
        "\t=",
        "a\t=",
        ";;-"
    };

    /** Where a formula would begin. */
    private static final Pattern FORMULA =
            Pattern.compile("(?<=^|[;\t\r\n])(?<blank>[\\p{javaWhitespace}\\p{Z}\\p{Cf}&&[^;\t\r\n]]{0,9})"
                    + "(?=[=+@\uFF1D\uFF0B\uFF0D\uFF20-])");

    private final long seed = new Random().nextInt(1_000_000);
    private final Random random = new Random(seed);

    @Test
    void rows_anyEvents_parseToTheSameValues() {
        RandomEvents random = new RandomEvents(seed);
        List<StoredEvent> events = new ArrayList<>();
        PageBuilder<Integer> page = new PageBuilder<>(EVENTS, index -> new Position(Instant.EPOCH, index));
        String header = ExportFormat.CSV.beginning().toString();
        StringBuilder file = new StringBuilder(header);
        for (int i = 0; i < EVENTS; i++) {
            StoredEvent event =
                    new StoredEvent(i, Instant.EPOCH, hostile(random.sample().event()), Seals.ANY);
            events.add(event);
            page.add(Buffer.buffer(EventWriter.toJson(event)), i);
            if (i % 100 == 99) {
                file.append(CsvRows.of(page.build(Optional.empty())));
                page = new PageBuilder<>(EVENTS, index -> new Position(Instant.EPOCH, index));
            }
        }

        List<List<String>> rows = parse(Buffer.buffer(file.toString()).toString(UTF_8));

        assertThat(rows.get(0))
                .as("seed %s", seed)
                .isEqualTo(List.of(header.strip().split(",", -1)));
        for (int i = 0; i < EVENTS; i++) {
            assertThat(rows.get(i + 1)).as("seed %s, event %s", seed, i).isEqualTo(row(events.get(i)));
        }
        assertThat(rows).hasSize(EVENTS + 1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "=1+1|'=1+1",
                "`  =1+1`|`  '=1+1`",
                "\uFF1D1|'\uFF1D1",
                "x;=cmd|x;'=cmd",
                "`x; \u00A0@SUM(A1)`|`x; \u00A0'@SUM(A1)`",
                "`\t=1`|`'\t'=1`",
                "`a\n-1`|`a\n'-1`",
                "a=b|a=b",
                "a-b;c-d|a-b;c-d",
                "`; `|`; `"
            })
    void guard_formula_getsAnApostrophe(String cell, String guarded) {
        assertThat(FormulaGuard.guard(cell)).isEqualTo(guarded);
    }

    private AuditEvent hostile(AuditEvent event) {
        return event.toBuilder()
                .agentInstanceId(beginning() + event.agentInstanceId())
                .traceId(beginning() + event.traceId())
                .resource(beginning() + event.resource())
                .redacted(random.nextInt(5) == 0 ? "{\"rules\":\"1-full\",\"count\":1,\"pointers\":[\"/a\"]}" : null)
                .submittedBy(random.nextInt(5) == 0 ? "k7f3" : null)
                .build();
    }

    private String beginning() {
        return random.nextInt(3) == 0 ? "" : BEGINNINGS[random.nextInt(BEGINNINGS.length)];
    }

    private static List<String> row(StoredEvent stored) {
        AuditEvent event = stored.event();
        return List.of(
                Long.toString(stored.seq()),
                event.eventId().toString(),
                Timestamps.format(stored.timestamp()),
                Timestamps.format(stored.receivedAt()),
                guarded(event.agentInstanceId()),
                guarded(event.traceId()),
                event.actor().wireName(),
                event.actionType().wireName(),
                guarded(event.resource()),
                event.status().wireName(),
                event.latencyMs() == null ? "" : event.latencyMs().toString(),
                guarded(event.metadata()),
                event.submittedBy() == null ? "" : event.submittedBy(),
                event.redacted() == null ? "" : event.redacted(),
                guarded(event.links().spanId()),
                guarded(event.links().parentSpanId()),
                guarded(event.links().sessionId()),
                guarded(event.links().onBehalfOf()));
    }

    private static String guarded(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String signs = FORMULA.matcher(text).replaceAll("${blank}'");
        return "\t\r\n".indexOf(text.charAt(0)) < 0 ? signs : "'" + signs;
    }

    /** Strictly: no bare quotes, CRLF at the end of every row. */
    private static List<List<String>> parse(String csv) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        int at = 0;
        while (at < csv.length()) {
            StringBuilder cell = new StringBuilder();
            if (csv.charAt(at) == '"') {
                for (at++; csv.charAt(at) != '"' || csv.charAt(at + 1) == '"'; at++) {
                    cell.append(csv.charAt(at));
                    at += csv.charAt(at) == '"' ? 1 : 0;
                }
                at++;
            } else {
                for (; ",\r".indexOf(csv.charAt(at)) < 0; at++) {
                    assertThat(csv.charAt(at)).isNotIn('"', '\n');
                    cell.append(csv.charAt(at));
                }
            }
            row.add(cell.toString());
            if (csv.charAt(at) == ',') {
                at++;
            } else {
                assertThat(csv.substring(at, at + 2)).isEqualTo("\r\n");
                at += 2;
                rows.add(row);
                row = new ArrayList<>();
            }
        }
        return rows;
    }
}
