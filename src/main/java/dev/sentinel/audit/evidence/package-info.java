/**
 * The signed log: a Merkle tree over all events in the order of their positions (RFC 6962), signed checkpoints, and
 * proofs, in the formats of C2SP, so that public tools verify them. A leaf is a small form of the event
 * ({@link dev.sentinel.audit.event.Leaf}).
 *
 * <p>Load-bearing: an event is durable before its hash is in the tree, the tree is durable before it is signed, and a
 * signature is on disk beside the key before anybody sees it. So a crash at any point leaves nothing that contradicts
 * what was published. The log is never changed to agree with the tree: if the two disagree with what was signed,
 * signing stops, recording goes on, and one state says why. A number of a log has one key, and after a rotation
 * ({@link dev.sentinel.audit.evidence.KeyRotation}) the former one beside it for a while; a log that was restored goes
 * on under the next number.
 *
 * <p>If several servers share a log, one of them signs ({@link dev.sentinel.audit.evidence.Signing}) and the others
 * follow ({@link dev.sentinel.audit.evidence.Following}). What the key has signed is then known to the database and to
 * each server: {@link dev.sentinel.audit.evidence.LogOpening} has the table of what follows from their agreement.
 */
@NullMarked
package dev.sentinel.audit.evidence;

import org.jspecify.annotations.NullMarked;
