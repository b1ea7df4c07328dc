/**
 * The only package that knows all stores: it opens the store that a configuration names. The server and the commands
 * use it; the stores do not know each other.
 */
@NullMarked
package dev.sentinel.audit.backend;

import org.jspecify.annotations.NullMarked;
