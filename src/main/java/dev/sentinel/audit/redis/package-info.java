/**
 * The connection to a Redis or Valkey that several servers of a log share. Nothing that the server promises may depend
 * on it: whoever uses it must know what to do without an answer.
 */
@NullMarked
package dev.sentinel.audit.redis;

import org.jspecify.annotations.NullMarked;
