package dev.sentinel.audit.query;

import dev.sentinel.audit.http.inflight.Budget;
import java.time.Duration;

/**
 * Limits for answers.
 *
 * @param memory bytes of all answers that are being built or sent
 * @param textSearches searches that read the texts of events, and counts that read events; fewer than the store has
 *     connections, so that they cannot hold up everything else
 * @param timeout how long a client may take to read an answer before its connection is closed
 */
public record AnswerLimits(Budget memory, Budget textSearches, Duration timeout) {}
