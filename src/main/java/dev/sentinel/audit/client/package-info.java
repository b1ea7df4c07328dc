/**
 * The SDK: what an agent puts between itself and the server, so that recording costs it next to nothing and nothing is
 * lost silently. Uses the JDK, {@code redact}, and of {@code event} what knows no Jackson; it is delivered as a jar of
 * its own ({@code sentinel-audit-client.jar}) that holds no more than that.
 *
 * <p>{@link dev.sentinel.audit.client.AuditClient#record} encodes the event on the caller's thread
 * ({@code EventEncoder}) and puts the bytes into an {@code EventBuffer}: in memory, or in files ({@code SpillBuffer}).
 * The threads of the {@code Sender} take batches from it, and a {@code Delivery} sends one until the server has decided
 * on each of its events.
 *
 * <p>Load-bearing:
 *
 * <ul>
 *   <li>The event is encoded where it is recorded. It takes 0.6 µs ({@code RecordBenchmark}), hardly more than copying
 *       it would; a map that the agent changes afterwards changes no evidence; and what waits has an exact size.
 *   <li>Nothing on the agent's way takes a lock while events are kept in memory: two atomic counters and a queue. With
 *       a spill directory it is one lock around one write, because an event must be in the file, whole, when the call
 *       returns.
 *   <li>An event's id and bytes never change again, so whoever is in doubt sends again. What counts as an answer is
 *       strict ({@code AnswerReader}): a proxy's login page is no acknowledgement.
 *   <li>Room in the buffer is given back when the server has decided, not when a batch is taken: the bound holds for
 *       all that is in memory.
 * </ul>
 *
 * <p>What this and the SDK for Python have in common is in {@code src/test/scenarios}.
 */
@NullMarked
package dev.sentinel.audit.client;

import org.jspecify.annotations.NullMarked;
