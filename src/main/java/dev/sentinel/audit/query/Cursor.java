package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A position in a result list that clients send back: base64url of a version, a digest and the position. The digest
 * covers the position and the search, so a changed cursor or search is detected. It is not a signature: a position is
 * no secret, and a forged cursor reaches nothing that a filter would not.
 */
final class Cursor {
    private static final byte VERSION = 1;
    private static final int DIGEST_BYTES = 12;
    private static final int HEADER_BYTES = 1 + DIGEST_BYTES;

    /** The longest position is an agent id of 255 characters of four bytes. */
    private static final int MAX_TEXT = (HEADER_BYTES + 4 * 255) * 4 / 3 + 4;

    private final byte[] digest;
    private final byte[] location;

    private Cursor(byte[] digest, byte[] location) {
        this.digest = digest;
        this.location = location;
    }

    static Cursor at(Scope scope, Position position) {
        return at(
                scope,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(Timestamps.toMicros(position.timestamp()))
                        .putLong(position.rowId())
                        .array());
    }

    static Cursor at(Scope scope, String agentId) {
        return at(scope, agentId.getBytes(UTF_8));
    }

    private static Cursor at(Scope scope, byte[] location) {
        return new Cursor(scope.digest(location), location);
    }

    /** Null for a text that {@link #toString} cannot have written. */
    static @Nullable Cursor parse(String text) {
        if (text.length() > MAX_TEXT) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length <= HEADER_BYTES || bytes[0] != VERSION) {
            return null;
        }
        Cursor cursor = new Cursor(
                Arrays.copyOfRange(bytes, 1, HEADER_BYTES), Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
        // The decoder also takes padding and stray bits at the end.
        return cursor.toString().equals(text) ? cursor : null;
    }

    /** Null if the cursor does not belong to a search for events of this scope. */
    @Nullable
    Position positionIn(Scope scope) {
        if (!belongsTo(scope) || location.length != 2 * Long.BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(location);
        long micros = buffer.getLong();
        long rowId = buffer.getLong();
        // The digest is no signature: anybody can make a cursor, and stores know no time that no event can have.
        return micros < Timestamps.MIN_MICROS || micros > Timestamps.MAX_MICROS || rowId < 0
                ? null
                : new Position(Timestamps.ofMicros(micros), rowId);
    }

    /** Null if the cursor does not belong to a list of agents of this scope. */
    @Nullable
    String agentIn(Scope scope) {
        return belongsTo(scope) ? new String(location, UTF_8) : null;
    }

    private boolean belongsTo(Scope scope) {
        return MessageDigest.isEqual(digest, scope.digest(location));
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + location.length)
                .put(VERSION)
                .put(digest)
                .put(location)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The search that a cursor belongs to: path, order and filters, but not the limit, which may change from page to
     * page.
     *
     * @param canonical equal for equal searches, in whatever order filters were given; different for any other search
     */
    record Scope(String canonical) {

        static Scope of(String route) {
            return new Scope(route);
        }

        static Scope of(String route, EventQuery query) {
            StringBuilder text =
                    new StringBuilder(route).append(' ').append(query.order().name());
            EventFilter filter = query.filter();
            append(text, filter.agentInstanceIds(), id -> id);
            append(text, filter.traceIds(), id -> id);
            append(text, filter.actors(), Enum::name);
            append(text, filter.actionTypes(), Enum::name);
            append(text, filter.statuses(), Enum::name);
            append(text, filter.resources(), resource -> resource);
            append(text, filter.texts(), q -> q);
            append(text, filter.from());
            append(text, filter.to());
            // Only if there are any, so that a cursor of a version without this filter stays good.
            if (!filter.resourcePrefixes().isEmpty()) {
                append(text, filter.resourcePrefixes(), prefix -> prefix);
            }
            return new Scope(text.toString());
        }

        /** Includes counts and lengths, so that one value cannot look like two. */
        private static <T> void append(StringBuilder text, Collection<T> values, Function<T, String> name) {
            text.append(' ').append(values.size());
            values.stream()
                    .map(name)
                    .sorted()
                    .forEach(value ->
                            text.append(' ').append(value.length()).append(':').append(value));
        }

        private static void append(StringBuilder text, @Nullable Instant time) {
            text.append(' ').append(time == null ? "-" : Long.toString(Timestamps.toMicros(time)));
        }

        private byte[] digest(byte[] location) {
            byte[] length =
                    ByteBuffer.allocate(Integer.BYTES).putInt(location.length).array();
            byte[] digest = new Sha256()
                    .add(VERSION)
                    .add(length)
                    .add(location)
                    .add(canonical)
                    .finish();
            return Arrays.copyOf(digest, DIGEST_BYTES);
        }
    }
}
