/**
 * The Java SDK. It makes recording cheap for an agent and ensures that no event is lost silently. Uses only the JDK,
 * {@code model} and {@code redact}; these packages are shipped as a separate jar ({@code sentinel-audit-client.jar}).
 *
 * <p>{@link dev.sentinel.audit.client.AuditClient#record} encodes the event on the caller's thread
 * ({@code EventEncoder}) and puts the bytes into an {@code EventBuffer}: in memory, or in files ({@code SpillBuffer}).
 * The threads of the {@code Sender} take batches from it, and a {@code Delivery} sends one until the server has decided
 * on each of its events.
 *
 * <p>Load-bearing decisions:
 *
 * <ul>
 *   <li>An event is encoded on the recording thread. This takes 0.6 µs ({@code RecordBenchmark}), hardly more than a
 *       copy would. Later changes to a map do not change the event, and buffered events have an exact size.
 *   <li>Recording into memory takes no lock: two atomic counters and a queue. With a spill directory it takes one lock
 *       around one write, because the complete event must be in the file when the call returns.
 *   <li>An event's id and bytes never change, so the client can always retry when in doubt. Only a valid answer counts
 *       ({@code AnswerReader}): a proxy's login page is not an acknowledgment.
 *   <li>Buffer space is freed when the server has decided, not when a batch is taken. So the bound covers all events in
 *       memory.
 * </ul>
 *
 * <p>{@code src/test/scenarios} defines the behavior that this SDK and the Python SDK share.
 */
@NullMarked
package dev.sentinel.audit.client;

import org.jspecify.annotations.NullMarked;
