package dev.sentinel.audit.query;

import dev.sentinel.audit.http.inflight.Budget;
import java.time.Duration;

/**
 * What answers may take.
 *
 * @param memory in bytes, of all that are made or not yet read by their clients
 * @param timeout how long a client may take to read one, before its connection is closed
 */
public record AnswerRoom(Budget memory, Duration timeout) {}
