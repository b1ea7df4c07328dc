package dev.sentinel.audit.ingest.sources;

import java.util.Map;

/**
 * What became of the records of one producer in one request.
 *
 * @param kept records that are an event, stored now or before
 * @param duplicate of these, the ones that were stored before
 * @param conflict of these, the ones whose id is taken by other content
 * @param rejected records that cannot be taken
 * @param ignored records that are no action, by reason
 */
public record Arrival(long kept, long duplicate, long conflict, long rejected, Map<String, Integer> ignored) {}
