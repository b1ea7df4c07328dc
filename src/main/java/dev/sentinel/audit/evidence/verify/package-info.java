/**
 * Verifies what Sentinel has written, without the server: logs, exports, proofs and tiles. Plain blocking code in
 * bounded memory. Results are values; {@link dev.sentinel.audit.evidence.verify.Verdict} says how far they can be
 * trusted, and its {@link dev.sentinel.audit.evidence.verify.Finding findings} say why.
 *
 * <p>Load-bearing: everything that is read may be forged, so nothing of it throws past a check, and no length or number
 * in it is believed before there are as many bytes. A check that could not be made is never reported as tampering, nor
 * tampering as a check that could not be made.
 */
@NullMarked
package dev.sentinel.audit.evidence.verify;

import org.jspecify.annotations.NullMarked;
