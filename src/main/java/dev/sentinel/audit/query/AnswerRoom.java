package dev.sentinel.audit.query;

import dev.sentinel.audit.budget.Budget;
import java.time.Duration;

/**
 * What answers may take.
 *
 * @param memory in bytes, of all that are made or not yet read by their clients
 * @param patience how long a client may take to read one, before its connection is closed
 */
public record AnswerRoom(Budget memory, Duration patience) {}
