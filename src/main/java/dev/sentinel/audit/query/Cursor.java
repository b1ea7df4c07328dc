package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.query.filter.FilterLanguage;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A position in a result list that clients send back: base64url of a version, an authentication code and the masked
 * position. The code covers the position and the search, so that a changed or forged cursor is detected, and so is one
 * of another search. The mask depends on the code: clients cannot read the position, which may be that of an event that
 * they may not see.
 */
final class Cursor {
    private static final byte VERSION = 3;
    private static final int CODE_BYTES = 12;

    /** Of a SHA-256. A location has fewer than 256 blocks. */
    private static final int BLOCK_BYTES = 32;

    /** Begins what is authenticated to get a mask, so that it is never what is authenticated to get a code. */
    private static final byte MASK = 'm';

    private static final int HEADER_BYTES = 1 + CODE_BYTES;

    /** The longest position is an agent id of 255 characters of four bytes. */
    private static final int MAX_TEXT = (HEADER_BYTES + 4 * 255) * 4 / 3 + 4;

    private final byte[] code;
    private final byte[] masked;

    private Cursor(byte[] code, byte[] masked) {
        this.code = code;
        this.masked = masked;
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
        byte[] code = scope.code(location);
        return new Cursor(code, scope.mask(code, location));
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
        byte[] location = locationIn(scope);
        if (location == null || location.length != 2 * Long.BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(location);
        return new Position(Timestamps.ofMicros(buffer.getLong()), buffer.getLong());
    }

    /** Null if the cursor does not belong to a list of agents of this scope. */
    @Nullable
    String agentIn(Scope scope) {
        byte[] location = locationIn(scope);
        return location == null ? null : new String(location, UTF_8);
    }

    private byte @Nullable [] locationIn(Scope scope) {
        byte[] location = scope.mask(code, masked);
        return MessageDigest.isEqual(code, scope.code(location)) ? location : null;
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + masked.length)
                .put(VERSION)
                .put(code)
                .put(masked)
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
            Condition condition = filter.condition();
            if (condition != null) {
                append(text, List.of(condition), FilterLanguage::print);
            }
            return new Scope(key, text.toString());
        }

        static Scope of(CursorKey key, String route, TraceQuery query) {
            StringBuilder text = new StringBuilder(route);
            append(text, query.agentInstanceIds(), id -> id);
            append(text, query.sessionIds(), id -> id);
            append(text, query.statuses(), Enum::name);
            append(text, query.from());
            append(text, query.to());
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

        /** Masks a location, or takes the mask off. */
        private byte[] mask(byte[] code, byte[] location) {
            byte[] result = new byte[location.length];
            byte[] block = new byte[0];
            for (int i = 0; i < location.length; i++) {
                int at = i % BLOCK_BYTES;
                if (at == 0) {
                    block = key.mac()
                            .add(MASK)
                            .add((byte) (i / BLOCK_BYTES))
                            .add(code)
                            .finish();
                }
                result[i] = (byte) (location[i] ^ block[at]);
            }
            return result;
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
