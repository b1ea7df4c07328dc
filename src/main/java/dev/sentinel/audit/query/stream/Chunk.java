package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventMatcher;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a stream at once: some of the events of a slice that its filters let pass.
 *
 * @param frames not to be changed; empty if none has passed
 * @param events how many
 * @param end how many events of the slice were looked at, from its beginning
 */
record Chunk(Buffer frames, int events, int end) {
    /**
     * With fewer writes, fewer packets; with larger ones, a slow connection would hold more. A larger event is one
     * chunk.
     */
    static final int BYTES = 16 * 1024;

    private static final Buffer NOTHING = Buffer.buffer(0);

    /** The first chunk behind so many events of the slice. */
    static Chunk of(List<LiveEvent> slice, int begin, EventMatcher matcher) {
        return chunk(slice, begin, event -> matcher.matches(event.stored()) ? event.frame() : null);
    }

    /** The same of events that nobody else is sent: only what passes is made into frames. */
    static Chunk ofStored(List<StoredEvent> events, int begin, EventMatcher matcher) {
        return chunk(events, begin, event -> matcher.matches(event) ? LiveEvent.frameOf(event) : null);
    }

    /** @param frameOf null for what does not pass */
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

    /** All of a slice. */
    static List<Chunk> all(Slice slice, EventMatcher matcher) {
        List<Chunk> chunks = new ArrayList<>();
        int end = 0;
        while (end < slice.events().size()) {
            Chunk chunk = of(slice.events(), end, matcher);
            chunks.add(chunk);
            end = chunk.end;
        }
        return chunks;
    }

    /** One is written as it is: what is large is not copied. */
    private static Buffer joined(List<Buffer> frames, int bytes) {
        if (frames.size() <= 1) {
            return frames.isEmpty() ? NOTHING : frames.get(0);
        }
        Buffer joined = Buffer.buffer(bytes);
        frames.forEach(joined::appendBuffer);
        return joined;
    }
}
