/**
 * A witness (c2sp.org/tlog-witness): a second machine, or an auditor, who cosigns checkpoints of logs and never two
 * that contradict each other. It needs no data directory and no configuration of the server.
 *
 * <p>Load-bearing: what was seen is on disk before the cosignature leaves, and one request is handled after the other.
 */
@NullMarked
package dev.sentinel.audit.cli.witness;

import org.jspecify.annotations.NullMarked;
