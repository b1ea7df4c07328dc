/**
 * Bounds the bytes and events that all requests together may hold. A request acquires budget before it uses memory; if
 * there is none, it waits for a bounded time and is then refused. So memory does not grow with load.
 */
@NullMarked
package dev.sentinel.audit.http.inflight;

import org.jspecify.annotations.NullMarked;
