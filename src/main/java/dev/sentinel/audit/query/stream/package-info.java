/**
 * Streams events live: {@code GET /v1/events/stream}, as Server-Sent Events (HTML standard, section 9.2).
 *
 * <ul>
 *   <li>{@link dev.sentinel.audit.query.stream.FanOut} follows the log once for the process, and only while there are
 *       streams. It formats each event once and passes the same bytes to every event loop, one slice after the other.
 *   <li>{@link dev.sentinel.audit.query.stream.LoopStreams} holds the streams of one event loop. Streams with equal
 *       filters share the filtering and the bytes. It keeps the latest slices, from which slow streams continue.
 *   <li>{@link dev.sentinel.audit.query.stream.LiveStream} is one client. No stream is waited for: it misses events
 *       that leave the kept slices before its connection accepts them, and is notified of that.
 *   <li>{@link dev.sentinel.audit.query.stream.LogReads} serves streams that resume before the kept slices. They read
 *       the log, a few at a time, until they reach the slices. Both use the same positions, so no event is missing or
 *       repeated at the transition.
 * </ul>
 *
 * <p>Memory: the kept slices once ({@link dev.sentinel.audit.query.stream.LoopStreams#KEPT_WEIGHT}; all event loops
 * share them); per stream what its connection has not accepted
 * ({@link dev.sentinel.audit.query.stream.LiveStream#QUEUE_BYTES} and one chunk or one event); per log read one slice.
 * An event is formatted once, and slow streams share its bytes.
 *
 * <p>Invariants: the fan-out waits for the event loops before it reads more, so that a busy loop has one pending slice,
 * not a queue of them. It notifies a loop of new streams and slices in the order in which they occur, so that a stream
 * begins exactly where the loop's slices do. The position that a client gets (the {@code id} of the SSE protocol) is
 * always one up to which it has received everything that it will receive.
 */
@NullMarked
package dev.sentinel.audit.query.stream;

import org.jspecify.annotations.NullMarked;
