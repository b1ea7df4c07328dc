package dev.sentinel.audit.query;

import dev.sentinel.audit.http.inflight.Budget;
import java.time.Duration;

/**
 * Limits for answers.
 *
 * @param memory bytes of all answers that are being built or sent
 * @param timeout how long a client may take to read an answer before its connection is closed
 */
public record AnswerLimits(Budget memory, Duration timeout) {}
