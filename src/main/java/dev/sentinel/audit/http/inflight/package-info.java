/**
 * Bounds the bytes, events, answers, streams and exports that all requests together may hold, and shares them between
 * clients. A request acquires budget before it uses memory; if there is none, it waits for a bounded time and is then
 * refused. So memory does not grow with load, and no client can use up what others need.
 *
 * <p>Load-bearing: {@link dev.sentinel.audit.http.inflight.Budget} can only share what it gets back. What a client can
 * hold for long, because it sends or reads slowly, must be revocable; what only the server holds, such as events that
 * wait for a commit, need not be.
 */
@NullMarked
package dev.sentinel.audit.http.inflight;

import org.jspecify.annotations.NullMarked;
