package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in an answer, as clients hand it back: base64url of a version, a digest and the place itself. The digest
 * covers the place and the search it was found in, so neither can be changed. It is no signature: a place is no secret,
 * and a forged one leads nowhere that a filter would not.
 */
final class Cursor {
    private static final byte VERSION = 1;
    private static final int DIGEST_BYTES = 12;
    private static final int HEADER_BYTES = 1 + DIGEST_BYTES;

    /** An agent id of 255 characters of four bytes is the longest place. */
    private static final int MAX_TEXT = (HEADER_BYTES + 4 * 255) * 4 / 3 + 4;

    private final byte[] digest;
    private final byte[] place;

    private Cursor(byte[] digest, byte[] place) {
        this.digest = digest;
        this.place = place;
    }

    static Cursor at(Scope scope, Position position) {
        return at(
                scope,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(Timestamps.toMicros(position.timestamp()))
                        .putLong(position.arrival())
                        .array());
    }

    static Cursor at(Scope scope, String agentId) {
        return at(scope, agentId.getBytes(UTF_8));
    }

    private static Cursor at(Scope scope, byte[] place) {
        return new Cursor(scope.digest(place), place);
    }

    /** Null for what {@link #toString} cannot have written. */
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

    /** Null if this is no place in a search for events of this scope. */
    @Nullable
    Position positionIn(Scope scope) {
        if (!belongsTo(scope) || place.length != 2 * Long.BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(place);
        long micros = buffer.getLong();
        long arrival = buffer.getLong();
        // The digest is no signature: anybody can make a cursor, and stores know no time that no event can have.
        return micros < Timestamps.MIN_MICROS || micros > Timestamps.MAX_MICROS || arrival < 0
                ? null
                : new Position(Timestamps.ofMicros(micros), arrival);
    }

    /** Null if this is no place in the list of agents. */
    @Nullable
    String agentIn(Scope scope) {
        return belongsTo(scope) ? new String(place, UTF_8) : null;
    }

    private boolean belongsTo(Scope scope) {
        return MessageDigest.isEqual(digest, scope.digest(place));
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + place.length)
                .put(VERSION)
                .put(digest)
                .put(place)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * What a cursor belongs to: a path, an order and filters; not the limit, which may change from page to page.
     *
     * @param canonical the same for equal searches, in whatever order filters were given; different for any other
     */
    record Scope(String canonical) {

        static Scope of(String route) {
            return new Scope(route);
        }

        static Scope of(String route, EventQuery query) {
            StringBuilder text =
                    new StringBuilder(route).append(' ').append(query.order().name());
            append(text, query.agentInstanceIds(), id -> id);
            append(text, query.traceIds(), id -> id);
            append(text, query.actors(), Enum::name);
            append(text, query.actionTypes(), Enum::name);
            append(text, query.statuses(), Enum::name);
            append(text, query.resources(), resource -> resource);
            append(text, query.texts(), q -> q);
            append(text, query.from());
            append(text, query.to());
            // Only if there are any, so that a cursor of a version without this filter stays good.
            if (!query.resourcePrefixes().isEmpty()) {
                append(text, query.resourcePrefixes(), prefix -> prefix);
            }
            return new Scope(text.toString());
        }

        /** With counts and lengths, so that no value can pose as two. */
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

        private byte[] digest(byte[] place) {
            try {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                sha.update(VERSION);
                sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, place.length));
                sha.update(place);
                return Arrays.copyOf(sha.digest(canonical.getBytes(UTF_8)), DIGEST_BYTES);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
