/**
 * Exports all events that a search finds, as a file of any size: {@code GET /v1/events/export}; and the evidence of one
 * run as a ZIP file: {@code GET /v1/traces/{trace_id}/evidence}.
 *
 * <p>{@link dev.sentinel.audit.query.export.Export} reads the pages of the search below a snapshot bound that it takes
 * at the start. So it ends however many events arrive meanwhile, and contains what existed at the start. It reads the
 * next page while it writes one, and writes a page when the client has read the one before. So an export holds two
 * pages and the output of one, at most 10 MiB, whatever the size of the file. CSV formatting and compression run on
 * worker threads. With {@code proofs=inline}, {@link dev.sentinel.audit.query.export.InlineProofs} adds the proofs of
 * one page, a megabyte or two.
 *
 * <p>{@link dev.sentinel.audit.query.export.Bundle} reads a run three times, because a ZIP file has one file after the
 * other. It holds a page and its proofs, and the names of at most 10,000 files. All proofs lead to one checkpoint,
 * which covers what is below the snapshot bound.
 *
 * <p>Invariants: only a complete file says so in its last line. If an export fails, the connection is closed abruptly,
 * so that no client mistakes a part for the whole. No export begins before its begin event is durable.
 */
@NullMarked
package dev.sentinel.audit.query.export;

import org.jspecify.annotations.NullMarked;
