/**
 * The dashboard at {@code /ui/}: plain ES modules (in the resources of this package) on Preact, htm and uPlot, which come
 * from Maven Central. Nothing is compiled and nothing comes from another host.
 *
 * <p>All files are served below one folder that is named by a digest of them all. So they may be cached for ever, import
 * each other by relative paths as they are, and never mix with those of another version. Only the page itself, which
 * names that folder, is asked for again each time. Paths that are views ({@code /ui/events}) are all the same page: the
 * script reads the view from the URL.
 *
 * <p>The page has no rights of its own: it uses the same interface as everybody, with the key in a cookie where there are
 * keys (see {@link dev.sentinel.audit.access.SessionResource}).
 */
@NullMarked
package dev.sentinel.audit.ui;

import org.jspecify.annotations.NullMarked;
