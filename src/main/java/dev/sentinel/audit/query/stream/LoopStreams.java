package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.store.EventQuery;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The streams of one event loop, and the last slices of the log. Only on that event loop. */
final class LoopStreams {
    /**
     * Of the slices that are kept for streams that are held up: some seconds of a busy server. The last one is always
     * kept.
     */
    static final long KEPT_WEIGHT = 8 << 20;

    private final Context context;
    private final FanOut fanOut;
    private final Set<LiveStream> streams = new LinkedHashSet<>();

    /** By their first position; without gaps between them, and the last one ends at the end. */
    private final TreeMap<Long, Slice> kept = new TreeMap<>();

    private long keptWeight;
    private long end;

    LoopStreams(Context context, FanOut fanOut) {
        this.context = context;
        this.fanOut = fanOut;
    }

    Context context() {
        return context;
    }

    /** The position up to which this loop has got slices; streams that stand here are live. */
    long end() {
        return end;
    }

    /** The first position of what is kept. */
    long start() {
        return kept.isEmpty() ? end : kept.firstKey();
    }

    /** The slice that has this position; null if that is the end. Not for what is before the start. */
    @Nullable
    Slice at(long position) {
        return position >= end ? null : kept.floorEntry(position).getValue();
    }

    /**
     * A stream begins.
     *
     * @param from where the slices that follow begin, if they do not follow others
     * @param live the position behind the last event that is known of; slices have yet to get there
     */
    void admit(LiveStream stream, long from, long live) {
        if (streams.isEmpty()) {
            kept.clear();
            keptWeight = 0;
            end = from;
        }
        if (!stream.hasEnded()) {
            streams.add(stream);
            stream.begin(live);
            if (fanOut.isEnding()) {
                stream.end(FanOut.STOPPING);
            }
        }
    }

    /** A stream that has entered has ended, admitted or not. */
    void left(LiveStream stream) {
        streams.remove(stream);
        if (streams.isEmpty()) {
            kept.clear();
            keptWeight = 0;
        }
        fanOut.leave(this);
    }

    /** The next events. Looks at each once for each kind of filters, whatever the number of streams. */
    void accept(Slice slice) {
        if (streams.isEmpty()) {
            return;
        }
        kept.put(slice.from(), slice);
        keptWeight += slice.weight();
        end = slice.next();
        Map<EventQuery, List<Chunk>> chunks = new HashMap<>();
        // A copy: a stream may turn out to be gone.
        for (LiveStream stream : List.copyOf(streams)) {
            stream.offer(
                    slice,
                    () -> chunks.computeIfAbsent(stream.filters(), filters -> Chunk.all(slice, stream.matcher())));
        }
        while (keptWeight > KEPT_WEIGHT && kept.size() > 1) {
            Slice oldest = kept.pollFirstEntry().getValue();
            keptWeight -= oldest.weight();
            streams.forEach(stream -> stream.miss(oldest));
        }
    }

    /** Completes when they are gone. */
    Future<Void> endAll() {
        List<Future<Void>> endings = new ArrayList<>();
        for (LiveStream stream : List.copyOf(streams)) {
            endings.add(stream.end(FanOut.STOPPING));
        }
        return Future.join(endings).mapEmpty();
    }
}
