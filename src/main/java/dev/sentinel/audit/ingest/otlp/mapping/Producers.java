package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the emitters of the records of one request and counts what became of them. Records of one origin follow
 * each other, so what an origin tells is found once. One thread.
 */
final class Producers {
    private static final Producer UNKNOWN = new Producer("unknown", "");
    private static final int LONGEST_SCOPE = 100;

    private final Mapping mapping;
    private final Map<Producer, Tally> tallies = new LinkedHashMap<>();
    private @Nullable Origin origin;
    private @Nullable Emitter ofOrigin;
    private String lastEmitter = "";
    private Tally lastTally = new Tally();

    Producers(Mapping mapping) {
        this.mapping = mapping;
    }

    /** The emitter of a record: by its name, then by its service, then by its scope, then by a mark. */
    Emitter emitter(String name, Origin from, Attributes attributes) {
        if (!from.equals(origin)) {
            origin = from;
            ofOrigin = mapping.ofOrigin(from);
            lastEmitter = "";
        }
        Emitter emitter = mapping.ofName(name);
        if (emitter == null) {
            emitter = ofOrigin;
        }
        return emitter == null ? mapping.ofMark(attributes) : emitter;
    }

    /** The counts for the record for which {@link #emitter} was called last. */
    Tally tally(Emitter emitter, Origin from) {
        if (!emitter.name().equals(lastEmitter)) {
            String scope = StorableText.cut(StorableText.of(from.scope().name()), LONGEST_SCOPE);
            lastTally = tallies.computeIfAbsent(new Producer(emitter.name(), scope), key -> new Tally());
            lastEmitter = emitter.name();
        }
        return lastTally;
    }

    /** The counts for records that could not be read. */
    Tally unreadable() {
        return tallies.computeIfAbsent(UNKNOWN, key -> new Tally());
    }

    /** In the order of their first record. */
    Map<Producer, Counts> counts() {
        Map<Producer, Counts> counts = new LinkedHashMap<>();
        tallies.forEach((producer, tally) -> counts.put(producer, tally.counts()));
        return Collections.unmodifiableMap(counts);
    }

    Counts sum() {
        Tally sum = new Tally();
        tallies.values().forEach(sum::add);
        return sum.counts();
    }
}
