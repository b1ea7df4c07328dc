/**
 * The benchmark behind {@code bin/bench}. Not part of the test suite.
 *
 * <p>Absolute figures say more about the machine than about the server. So every figure is compared with a limit that
 * was measured in the same run, with the same generator, on the same disk: a bare Vert.x server for HTTP, the store
 * without HTTP for batches.
 */
@NullMarked
package dev.sentinel.audit.bench;

import org.jspecify.annotations.NullMarked;
