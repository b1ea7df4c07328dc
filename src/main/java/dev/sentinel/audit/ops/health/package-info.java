/**
 * Liveness and readiness of the server.
 *
 * <p>Checks are evaluated in one place at a fixed interval, however often load balancers ask. The answer comes from the
 * verticle that evaluates them, so if that is stuck, there is no answer instead of an old one. Answers contain names
 * and numbers, but no paths, no SQL and no exception texts.
 */
@NullMarked
package dev.sentinel.audit.ops.health;

import org.jspecify.annotations.NullMarked;
