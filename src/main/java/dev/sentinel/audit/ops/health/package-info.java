/**
 * Whether the process is alive and whether it should get requests.
 *
 * <p>Checks are evaluated in one place at a fixed pace, however often load balancers ask; an answer comes from the
 * verticle that evaluates, so when that is stuck, there is none, and not an old one. What is reported are names and
 * figures; no paths, no SQL, no text of exceptions.
 */
@NullMarked
package dev.sentinel.audit.ops.health;

import org.jspecify.annotations.NullMarked;
