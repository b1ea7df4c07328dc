package dev.sentinel.audit.ingest.sources;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The sums of one producer. Guarded by {@link Sources}. */
final class Source {
    private final String producer;
    private final Instant firstSeen;
    private Instant lastSeen;
    private long requests;
    private long kept;
    private long duplicate;
    private long conflict;
    private long rejected;

    /** The reasons are those of the mapping tables. */
    private final Map<String, Long> ignored = new TreeMap<>();

    /** @param producer as people may see it */
    Source(String producer, Instant now) {
        this.producer = producer;
        firstSeen = now;
        lastSeen = now;
    }

    /** A copy at one moment. */
    record View(
            Origin origin,
            Instant firstSeen,
            Instant lastSeen,
            long requests,
            long kept,
            long duplicate,
            long conflict,
            long rejected,
            Map<String, Long> ignored) {}

    void add(Arrival arrival, Instant now) {
        lastSeen = now;
        requests++;
        kept += arrival.kept();
        duplicate += arrival.duplicate();
        conflict += arrival.conflict();
        rejected += arrival.rejected();
        arrival.ignored().forEach((reason, count) -> ignored.merge(reason, (long) count, Long::sum));
    }

    View view(Origin origin) {
        return new View(
                new Origin(origin.keyId(), origin.protocol(), producer),
                firstSeen,
                lastSeen,
                requests,
                kept,
                duplicate,
                conflict,
                rejected,
                Collections.unmodifiableMap(new TreeMap<>(ignored)));
    }
}
