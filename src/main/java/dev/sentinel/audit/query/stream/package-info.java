/**
 * Events as they come: {@code GET /v1/events/stream}, as Server-Sent Events (the HTML standard, section 9.2).
 *
 * <ul>
 *   <li>{@link dev.sentinel.audit.query.stream.FanOut} follows the log, once for the process and only while somebody
 *       reads. It makes the text of each event once, and hands the same bytes to every event loop, one slice after the
 *       other.
 *   <li>{@link dev.sentinel.audit.query.stream.LoopStreams} has the streams of one event loop. Streams with equal
 *       filters are looked through once, and share what is written. It keeps the last slices, from which those go on
 *       that were held up.
 *   <li>{@link dev.sentinel.audit.query.stream.LiveStream} is one client. It is never waited for: what leaves the kept
 *       slices before its connection takes it, it misses, and is told so.
 *   <li>{@link dev.sentinel.audit.query.stream.LogReads} is for those who resume behind the kept slices. They read the
 *       log themselves, a few at a time, until they meet the slices; a position is a position in both, so nothing is
 *       missing or twice where they meet.
 * </ul>
 *
 * <p>Memory: the kept slices once ({@link dev.sentinel.audit.query.stream.LoopStreams#KEPT_WEIGHT}; all loops hold the
 * same ones), for each stream what its connection has not taken
 * ({@link dev.sentinel.audit.query.stream.LiveStream#QUEUE_BYTES} and one chunk or one event), for each reading of the
 * log one slice. All events of a position are bytes made once; what a slow stream holds of them is shared.
 *
 * <p>Load-bearing: the fan-out waits for the loops before it reads on, so that a loop that is busy holds a slice and
 * not a line of them; it tells a loop of a new stream and of slices in the order in which both happen, so that a stream
 * begins exactly where the loop's slices do; and the position that a client is told (the {@code id} of the SSE
 * protocol) is always one up to which it has got everything that it will get.
 */
@NullMarked
package dev.sentinel.audit.query.stream;

import org.jspecify.annotations.NullMarked;
