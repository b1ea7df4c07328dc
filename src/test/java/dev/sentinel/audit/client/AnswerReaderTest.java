package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerReaderTest {
    private final AnswerReader reader =
            new AnswerReader(Clock.fixed(Instant.parse("2026-11-02T08:00:00Z"), ZoneOffset.UTC));

    @Test
    void read_allCaptured_isDecided() {
        assertThat(read(201, "{\"captured\":2,\"duplicate\":1,\"rejected\":[]}"))
                .isEqualTo(new Answer.Decided(1, List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {207, 422})
    void read_rejectedItems_areDecidedIndividually(int status) {
        String body = "{\"captured\":2,\"duplicate\":0,\"rejected\":[{\"index\":1,\"event_id\":null,\"status\":409,"
                + "\"detail\":\"Another \\u0065vent\",\"errors\":[{\"pointer\":\"/a\"}]}]}";

        assertThat(read(status, body))
                .isEqualTo(new Answer.Decided(0, List.of(new Answer.Rejected(1, 409, "Another event"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "<html>",
                "{\"captured\":3}",
                "{\"captured\":3,\"duplicate\":0,\"rejected\":[]} and more",
                "{\"captured\":2,\"duplicate\":0,\"rejected\":[]}",
                "{\"captured\":4,\"duplicate\":-1,\"rejected\":[]}",
                "{\"captured\":3.0,\"duplicate\":0,\"rejected\":[]}",
                "{\"captured\":2,\"duplicate\":0,\"rejected\":[{\"index\":3}]}",
                "{\"captured\":1,\"duplicate\":0,\"rejected\":[{\"index\":1},{\"index\":1}]}",
                "{\"captured\":9223372036854775807,\"duplicate\":1,\"rejected\":[]}",
                "{\"captured\":3,\"duplicate\":0,\"rejected\":[]",
                "{\"a\":\"\\u00g0\"}",
                "{\"a\":99999999999999999999}",
                "\"\\"
            })
    void read_notAnAnswerOfSentinel_decidesNothing(String body) {
        assertThat(read(201, body)).isInstanceOf(Answer.Undecided.class);
    }

    @Test
    void read_deepJson_decidesNothingWithoutStackOverflow() {
        assertThat(read(201, "[".repeat(100_000))).isInstanceOf(Answer.Undecided.class);
    }

    @ParameterizedTest
    @CsvSource({"400, true", "413, true", "422, true", "401, false", "403, false", "404, false", "415, false"})
    void read_refusedRequest_saysWhetherItIsDivisible(int status, boolean divisible) {
        assertThat(read(status, problem(status))).isEqualTo(new Answer.Refused(status, "No. Never.", divisible));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422, 401, 403, 404})
    void read_refusedSingleEvent_isNotDivisible(int status) {
        assertThat(reader.read(new RawAnswer(status, null, problem(status)), 1))
                .isEqualTo(new Answer.Refused(status, "No. Never.", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404 | <html>not here</html>",
                "403 | ``",
                "404 | {\"detail\":\"No.\"}",
                "404 | {\"status\":403,\"detail\":\"No.\"}",
                "404 | {\"status\":\"404\",\"detail\":\"No.\"}",
                "404 | {\"status\":404,\"detail\":\" \"}",
                "400 | <html>bad request</html>",
                "413 | <html>too large</html>",
                "422 | <html>no</html>"
            })
    void read_singleEventRefusedByProxy_decidesNothing(int status, String body) {
        assertThat(reader.read(new RawAnswer(status, null, body), 1)).isInstanceOf(Answer.Undecided.class);
    }

    @Test
    void read_tooLargeForProxy_isDivisible() {
        assertThat(read(413, "<html>"))
                .isEqualTo(new Answer.Refused(413, "The answer has status 413 and no detail.", true));
    }

    @ParameterizedTest
    @CsvSource({"500, true", "501, false", "503, false", "520, false", "429, false"})
    void read_problem_isDefectOnlyIfServerFailed(int status, boolean defect) {
        assertThat(read(status, problem(status))).isEqualTo(new Answer.Undecided(status, "No. Never.", defect, null));
    }

    @Test
    void read_failureOfProxy_isNotDefectOfServer() {
        assertThat(((Answer.Undecided) read(500, "<html>")).defect()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 204, 301, 307, 404, 408, 429, 500, 502, 503, 504, 520, 599})
    void read_anyOtherAnswer_decidesNothing(int status) {
        assertThat(read(status, "")).isInstanceOf(Answer.Undecided.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "17 | 17",
                "Mon, 02 Nov 2026 08:00:30 GMT | 30",
                "Mon, 02 Nov 2026 07:00:00 GMT | 0",
                "86400 | 300",
                "99999999999999999999 | ",
                "soon | ",
                "-5 | ",
                "'' | "
            })
    void read_retryAfter_isSecondsOrDateUpToMaximum(String field, @Nullable Long seconds) {
        Answer answer = reader.read(new RawAnswer(503, field, ""), 3);

        assertThat(((Answer.Undecided) answer).retryAfter())
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    private static String problem(int status) {
        return "{\"type\":\"about:blank\",\"status\":" + status + ",\"detail\":\"No.\\nNever.\"}";
    }

    private Answer read(int status, String body) {
        return reader.read(new RawAnswer(status, null, body), 3);
    }
}
