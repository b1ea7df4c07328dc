/**
 * Saved views of the dashboard: each key has names for URLs of its own. A view gives access to nothing. It is only a
 * URL, and the server answers what the key that opens it may read.
 *
 * <p>Load-bearing: only paths of the dashboard are taken, so that a view never leads to another site.
 */
@NullMarked
package dev.sentinel.audit.views;

import org.jspecify.annotations.NullMarked;
