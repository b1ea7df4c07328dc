package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The frames that are written to a stream at once: events of a slice that match its filters.
 *
 * @param frames must not be changed; empty if no event matches
 * @param events number of frames
 * @param end number of events of the slice that were filtered so far, from its start
 */
record Chunk(Buffer frames, int events, int end) {
    /**
     * Larger chunks mean fewer packets; smaller ones mean less memory per slow connection. A larger event is one chunk.
     */
    static final int BYTES = 16 * 1024;

    private static final Buffer EMPTY = Buffer.buffer(0);

    /** The first chunk after {@code begin} events of the slice. */
    static Chunk of(List<LiveEvent> slice, int begin, Selection selection) {
        return chunk(slice, begin, event -> selection.matches(event.stored()) ? selection.frame(event) : null);
    }

    /** As {@link #of}, for events that only one stream reads: formats only the matching events. */
    static Chunk ofStored(List<StoredEvent> events, int begin, Selection selection) {
        return chunk(events, begin, event -> selection.matches(event) ? selection.frame(event) : null);
    }

    /** @param frameOf returns null for an event that does not match */
    private static <T> Chunk chunk(List<T> events, int begin, Function<T, @Nullable Buffer> frameOf) {
        List<Buffer> frames = new ArrayList<>();
        int bytes = 0;
        int end = begin;
        for (; end < events.size(); end++) {
            Buffer frame = frameOf.apply(events.get(end));
            if (frame != null) {
                if (bytes > 0 && bytes + frame.length() > BYTES) {
                    break;
                }
                frames.add(frame);
                bytes += frame.length();
            }
        }
        return new Chunk(joined(frames, bytes), frames.size(), end);
    }

    /** All chunks of a slice. */
    static List<Chunk> all(Slice slice, Selection selection) {
        List<Chunk> chunks = new ArrayList<>();
        int end = 0;
        while (end < slice.events().size()) {
            Chunk chunk = of(slice.events(), end, selection);
            chunks.add(chunk);
            end = chunk.end;
        }
        return chunks;
    }

    /** A single frame is not copied, because it may be large. */
    private static Buffer joined(List<Buffer> frames, int bytes) {
        if (frames.size() <= 1) {
            return frames.isEmpty() ? EMPTY : frames.get(0);
        }
        Buffer joined = Buffer.buffer(bytes);
        frames.forEach(joined::appendBuffer);
        return joined;
    }
}
