/**
 * Shows who sends to this server, and what becomes of it: {@code GET /v1/sources}. Exporters of OpenTelemetry hide
 * their errors, so the server is where they must be seen.
 *
 * <p>Everything is in memory and bounded: it begins with the process, and each server of several has its own. Nothing
 * here holds content of an event. Names that clients choose are cut, and redacted like texts of events.
 */
@NullMarked
package dev.sentinel.audit.ingest.sources;

import org.jspecify.annotations.NullMarked;
