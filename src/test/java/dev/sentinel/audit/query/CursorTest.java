package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.Position;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Cursors that clients forge; {@link PagingTest} covers the server's own. */
final class CursorTest {
    private static final Cursor.Scope SCOPE = new CursorKey(new byte[32]).scope("events");
    private static final Position POSITION = new Position(Instant.parse("0000-01-01T00:00:00Z"), 7);

    @Test
    void position_isReadBack() {
        assertThat(read(Cursor.at(SCOPE, POSITION).toString())).isEqualTo(POSITION);
    }

    @Test
    void position_anyBitChanged_isRejected() {
        byte[] bytes = Base64.getUrlDecoder().decode(Cursor.at(SCOPE, POSITION).toString());
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(read(Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                    .as("bit %d", bit)
                    .isNull();
        }
    }

    /** Whoever reads this source knows all but the secret. */
    @Test
    void position_withTheCodeOfAnotherSecret_isRejected() {
        byte[] other = new byte[32];
        other[31] = 1;

        assertThat(read(Cursor.at(new CursorKey(other).scope("events"), POSITION)
                        .toString()))
                .isNull();
    }

    @Test
    void position_ofAnotherList_isRejected() {
        assertThat(read(Cursor.at(new CursorKey(new byte[32]).scope("agents"), POSITION)
                        .toString()))
                .isNull();
    }

    private static Position read(String text) {
        Cursor cursor = Cursor.parse(text);
        return cursor == null ? null : cursor.positionIn(SCOPE);
    }
}
