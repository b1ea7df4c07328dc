package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * A position in a result list that clients send back: base64url of a version, an authentication code and the position.
 * The code covers the position and the search, so that a changed or forged cursor is detected, and so is one of another
 * search.
 */
final class Cursor {
    private static final byte VERSION = 2;
    private static final int CODE_BYTES = 12;
    private static final int HEADER_BYTES = 1 + CODE_BYTES;

    /** The longest position is an agent id of 255 characters of four bytes. */
    private static final int MAX_TEXT = (HEADER_BYTES + 4 * 255) * 4 / 3 + 4;

    private final byte[] code;
    private final byte[] location;

    private Cursor(byte[] code, byte[] location) {
        this.code = code;
        this.location = location;
    }

    static Cursor at(Scope scope, Position position) {
        return at(
                scope,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(Timestamps.toMicros(position.time()))
                        .putLong(position.rowId())
                        .array());
    }

    static Cursor at(Scope scope, String agentId) {
        return at(scope, agentId.getBytes(UTF_8));
    }

    private static Cursor at(Scope scope, byte[] location) {
        return new Cursor(scope.code(location), location);
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
        return new Position(Timestamps.ofMicros(buffer.getLong()), buffer.getLong());
    }

    /** Null if the cursor does not belong to a list of agents of this scope. */
    @Nullable
    String agentIn(Scope scope) {
        return belongsTo(scope) ? new String(location, UTF_8) : null;
    }

    private boolean belongsTo(Scope scope) {
        return MessageDigest.isEqual(code, scope.code(location));
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + location.length)
                .put(VERSION)
                .put(code)
                .put(location)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The search that a cursor belongs to: path, order and filters, but not the limit, which may change. */
    static final class Scope {
        private final CursorKey key;

        /** Equal for equal searches, in whatever order filters were given; different for any other search. */
        private final String canonical;

        private Scope(CursorKey key, String canonical) {
            this.key = key;
            this.canonical = canonical;
        }

        static Scope of(CursorKey key, String route) {
            return new Scope(key, route);
        }

        static Scope of(CursorKey key, String route, EventQuery query) {
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
            append(text, filter.resourcePrefixes(), prefix -> prefix);
            if (!filter.sessionIds().isEmpty() || !filter.onBehalfOf().isEmpty()) {
                append(text, filter.sessionIds(), id -> id);
                append(text, filter.onBehalfOf(), id -> id);
            }
            return new Scope(key, text.toString());
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

        private byte[] code(byte[] location) {
            byte[] length =
                    ByteBuffer.allocate(Integer.BYTES).putInt(location.length).array();
            byte[] code = key.mac()
                    .add(VERSION)
                    .add(length)
                    .add(location)
                    .add(canonical)
                    .finish();
            return Arrays.copyOf(code, CODE_BYTES);
        }
    }
}
