/**
 * The filter language of lists, streams and exports: text to {@link dev.sentinel.audit.store.Condition} and back. Knows
 * nothing of HTTP.
 *
 * <p>Design decisions:
 *
 * <ul>
 *   <li>Whatever could be read in two ways is refused, with the place and what to write instead: an answer to a misread
 *       filter looks complete.
 *   <li>Messages repeat keys but no values, because a value may be a secret.
 *   <li>What the other parameters can express becomes those ({@link dev.sentinel.audit.query.filter.PlainTerms}), so
 *       that the stores follow an index.
 * </ul>
 */
@NullMarked
package dev.sentinel.audit.query.filter;

import org.jspecify.annotations.NullMarked;
