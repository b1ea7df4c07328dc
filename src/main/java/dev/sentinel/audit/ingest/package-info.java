/**
 * The way in: decode, admit, append, answer after the commit.
 *
 * <p>{@link dev.sentinel.audit.ingest.Admission} bounds what all requests together hold; it is the outer bound, the
 * queue behind it the inner one, so overload is answered here, early, and the queue never has to refuse.
 */
@NullMarked
package dev.sentinel.audit.ingest;

import org.jspecify.annotations.NullMarked;
