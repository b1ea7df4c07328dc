package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.Position;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cursors that clients forge; {@link PagingTest} covers the server's own. */
final class CursorTest {
    private static final Cursor.Scope SCOPE = Cursor.Scope.of("/v1/events");

    @Test
    void position_thatAnEventMayHave_isReadBack() {
        Position position = new Position(Instant.parse("0000-01-01T00:00:00Z"), 0);

        assertThat(Cursor.parse(Cursor.at(SCOPE, position).toString()).positionIn(SCOPE))
                .isEqualTo(position);
    }

    @ParameterizedTest
    @CsvSource({
        "-0001-12-31T23:59:59.999999Z, 0",
        "-200000-01-01T00:00:00Z, 0",
        "+10000-01-01T00:00:00Z, 0",
        "+290000-01-01T00:00:00Z, 0",
        "2026-11-02T00:00:00Z, -1"
    })
    void position_thatNoEventMayHave_isRejected(Instant time, long arrival) {
        Cursor forged = Cursor.at(SCOPE, new Position(time, arrival));

        assertThat(Cursor.parse(forged.toString()).positionIn(SCOPE)).isNull();
    }
}
