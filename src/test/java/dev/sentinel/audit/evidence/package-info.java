/** Tests of the signed log against whole servers and their files. */
@NullMarked
package dev.sentinel.audit.evidence;

import org.jspecify.annotations.NullMarked;
