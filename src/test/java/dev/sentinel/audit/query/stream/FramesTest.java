package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What clients parse, to the byte. */
final class FramesTest {
    @Test
    void start_position_isAnIdWithoutData() {
        assertThat(Frames.start(7).toString()).isEqualTo("retry: 2000\n: events as they come\nid: 7\n\n");
    }

    @Test
    void missed_any_saysHowManyAndWhereFrom() {
        assertThat(Frames.missed(3, 40)).hasToString("event: missed\ndata: {\"missed\":3,\"resume_from\":40}\n\n");
    }

    @Test
    void reset_any_saysBothPositions() {
        assertThat(Frames.reset(90, 40))
                .hasToString("event: reset\ndata: {\"last_event_id\":90,\"resume_from\":40}\n\n");
    }

    @Test
    void closing_reasonWithLineBreak_staysOneLine() {
        assertThat(Frames.closing("a\n\"b\"")).hasToString("event: closing\ndata: {\"reason\":\"a\\n\\\"b\\\"\"}\n\n");
    }
}
