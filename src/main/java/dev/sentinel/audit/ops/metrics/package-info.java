/**
 * The metrics for Prometheus, and one log line a minute. Values come from the parts that own them, through suppliers;
 * only {@link dev.sentinel.audit.ops.metrics.CommitMeters} is told, once a commit.
 *
 * <p>Every label has few values, whatever clients send: routes are templates and never paths, and all unknown HTTP
 * methods share one value. A meter exists until the process ends, so a label that a client can choose is a memory leak.
 */
@NullMarked
package dev.sentinel.audit.ops.metrics;

import org.jspecify.annotations.NullMarked;
