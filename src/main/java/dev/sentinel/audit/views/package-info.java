/**
 * The views of the dashboard that people keep: names for URLs, of each key its own. Nobody sees data through them: a
 * view is what somebody could also write into a bookmark, and the server answers what the key of the one who opens it
 * may read.
 *
 * <p>Load-bearing: only paths of the dashboard are taken, so that a view never leads to another site.
 */
@NullMarked
package dev.sentinel.audit.views;

import org.jspecify.annotations.NullMarked;
