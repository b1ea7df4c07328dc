/** Tests of the searches over HTTP. */
@NullMarked
package dev.sentinel.audit.query;

import org.jspecify.annotations.NullMarked;
