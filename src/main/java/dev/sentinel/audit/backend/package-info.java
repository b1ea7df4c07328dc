/**
 * The one place that knows which stores there are: from a configuration to its store. The server and the commands come
 * here; the stores do not know of each other.
 */
@NullMarked
package dev.sentinel.audit.backend;

import org.jspecify.annotations.NullMarked;
