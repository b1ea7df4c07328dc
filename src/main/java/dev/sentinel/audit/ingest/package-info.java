/**
 * The way in: decode, admit, append, answer after the commit.
 *
 * <p>A {@link dev.sentinel.audit.http.inflight.Budget} bounds what all requests together hold. It is the outer bound,
 * and the queue behind it is the inner one: overload is answered here, early, and the queue never has to refuse.
 */
@NullMarked
package dev.sentinel.audit.ingest;

import org.jspecify.annotations.NullMarked;
