/**
 * All that a search finds, as a file of any size: {@code GET /v1/events/export}.
 *
 * <p>{@link dev.sentinel.audit.query.export.Export} walks the pages of the search below a snapshot bound that it takes
 * when it begins, so that it ends however much arrives meanwhile, and says what was there then. The next page is read
 * while one is written; a page is written when the client has taken the one before it. So an export holds two pages and
 * what is made of one, 10 MiB at most, whatever its size. What costs time, to make CSV and to compress, is done on
 * worker threads.
 *
 * <p>Load-bearing: a file that is complete says so in its last line, and only then; where an export cannot go on, the
 * connection is cut, so that no client takes a part for all of it. No export begins before the act is durable that
 * tells of it.
 */
@NullMarked
package dev.sentinel.audit.query.export;

import org.jspecify.annotations.NullMarked;
