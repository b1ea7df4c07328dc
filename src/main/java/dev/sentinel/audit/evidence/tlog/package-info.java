/**
 * The Merkle tree of RFC 6962 and the formats of transparency logs that C2SP specifies (c2sp.org): tlog-tiles,
 * signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof and tlog-policy. It knows nothing of events or stores.
 * Only the JDK.
 */
@NullMarked
package dev.sentinel.audit.evidence.tlog;

import org.jspecify.annotations.NullMarked;
