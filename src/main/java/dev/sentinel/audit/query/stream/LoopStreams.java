package dev.sentinel.audit.query.stream;

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

/** The streams of one event loop, and the latest slices of the log. Confined to that event loop. */
final class LoopStreams {
    /**
     * Bytes of slices that are kept for slow streams: some seconds of a busy server. The latest slice is always kept.
     */
    static final long KEPT_WEIGHT = 8 << 20;

    private final Context context;
    private final FanOut fanOut;
    private final Set<LiveStream> streams = new LinkedHashSet<>();

    /** Slices by their first position, without gaps. The last one ends at {@link #end}. */
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

    /** The position after the latest slice; streams at this position are live. */
    long end() {
        return end;
    }

    /** The first position of the kept slices. */
    long start() {
        return kept.isEmpty() ? end : kept.firstKey();
    }

    /** The slice that contains a position; null at the end. The position must not be before {@link #start}. */
    @Nullable
    Slice at(long position) {
        return position >= end ? null : kept.floorEntry(position).getValue();
    }

    /**
     * Adds a stream.
     *
     * @param from the position of the next slice, if the loop has no slices yet
     * @param live the position after the last known event, which slices may not have reached yet
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

    /** Removes a stream that has ended, whether it was admitted or not. */
    void remove(LiveStream stream) {
        streams.remove(stream);
        if (streams.isEmpty()) {
            kept.clear();
            keptWeight = 0;
        }
        fanOut.leave(this);
    }

    /**
     * Offers the next events to all streams. Filters each event once per distinct selection, whatever the number of
     * streams.
     */
    void accept(Slice slice) {
        if (streams.isEmpty()) {
            return;
        }
        kept.put(slice.from(), slice);
        keptWeight += slice.weight();
        end = slice.next();
        Map<Selection, List<Chunk>> chunks = new HashMap<>();
        // A copy: a stream may turn out to be gone.
        for (LiveStream stream : List.copyOf(streams)) {
            stream.offer(
                    slice, () -> chunks.computeIfAbsent(stream.selection(), selection -> Chunk.all(slice, selection)));
        }
        while (keptWeight > KEPT_WEIGHT && kept.size() > 1) {
            Slice oldest = kept.pollFirstEntry().getValue();
            keptWeight -= oldest.weight();
            streams.forEach(stream -> stream.miss(oldest));
        }
    }

    /** Ends all streams; completes when they have ended. */
    Future<Void> endAll() {
        List<Future<Void>> endings = new ArrayList<>();
        for (LiveStream stream : List.copyOf(streams)) {
            endings.add(stream.end(FanOut.STOPPING));
        }
        return Future.join(endings).mapEmpty();
    }
}
