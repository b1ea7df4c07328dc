package dev.sentinel.audit.store;

import dev.sentinel.audit.event.LegacyKey;

/**
 * What a log keeps about itself.
 *
 * @param logId the same wherever the log is moved or copied to: a UUID
 * @param legacyKey gives seals to the events that were stored without one
 */
public record LogIdentity(String logId, LegacyKey legacyKey) {}
