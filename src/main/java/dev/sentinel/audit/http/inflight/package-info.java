/**
 * What all requests together may hold: so many bytes, so many events. A budget is taken from before memory is, and who
 * finds none waits a bounded time and is then refused, so load cannot become memory.
 */
@NullMarked
package dev.sentinel.audit.http.inflight;

import org.jspecify.annotations.NullMarked;
