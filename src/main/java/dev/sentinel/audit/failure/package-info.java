/**
 * Why something was not done, as every layer says it. Nobody owns these: a store, a budget and a resource all fail with
 * them, the HTTP server turns them into a status, and the command line turns them into one line and an exit code.
 *
 * <p>What is expected while serving is stackless, because under overload it is made thousands of times a second.
 */
@NullMarked
package dev.sentinel.audit.failure;

import org.jspecify.annotations.NullMarked;
