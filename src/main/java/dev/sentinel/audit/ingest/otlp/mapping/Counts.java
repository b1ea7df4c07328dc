package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the records of one producer. The reasons hold nothing that a client sent.
 *
 * @param kept records that became an event
 * @param ignored records that are no action of an agent, by reason
 * @param rejected records that cannot be taken, by reason
 */
public record Counts(int kept, Map<String, Integer> ignored, Map<String, Integer> rejected) {
    public Counts {
        ignored = Collections.unmodifiableMap(new TreeMap<>(ignored));
        rejected = Collections.unmodifiableMap(new TreeMap<>(rejected));
    }
}
