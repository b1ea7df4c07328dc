package dev.sentinel.audit.query.export;

import dev.sentinel.audit.evidence.ExportProofs.ExportProof;
import java.time.Instant;
import java.util.Optional;

/**
 * What the last line of a file says.
 *
 * @param events the number of events in the file
 * @param began when the export began
 * @param leavesSha256 see {@link LeavesDigest}; empty for a format without seals
 * @param proof that these are all events from the first one on; empty for a part of them
 */
record Ending(long events, Instant began, Optional<String> leavesSha256, Optional<ExportProof> proof) {}
