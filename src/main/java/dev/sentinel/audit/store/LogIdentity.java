package dev.sentinel.audit.store;

import dev.sentinel.audit.event.LegacyKey;

/**
 * What a log keeps about itself.
 *
 * @param logId the same wherever the log is moved or copied to: a UUID
 * @param legacyKey gives seals to the events that were stored without one
 * @param number the highest number of a signed log that was begun with these events; 0 for none
 */
public record LogIdentity(String logId, LegacyKey legacyKey, int number) {}
