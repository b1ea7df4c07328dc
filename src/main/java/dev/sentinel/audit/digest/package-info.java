/** The one cryptographic hash that the server uses, for tokens, cursors, file names and comparisons. Only the JDK. */
@NullMarked
package dev.sentinel.audit.digest;

import org.jspecify.annotations.NullMarked;
