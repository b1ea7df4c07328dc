/** Files that hold what others must not read. Only the JDK. */
@NullMarked
package dev.sentinel.audit.files;

import org.jspecify.annotations.NullMarked;
