/**
 * Receives events: decodes, admits and appends them, and answers after the commit.
 *
 * <p>A {@link dev.sentinel.audit.http.inflight.Budget} bounds what all requests together hold. It is the outer bound,
 * and the queue behind it is the inner one: overload is refused here, early, so the queue never has to refuse.
 */
@NullMarked
package dev.sentinel.audit.ingest;

import org.jspecify.annotations.NullMarked;
