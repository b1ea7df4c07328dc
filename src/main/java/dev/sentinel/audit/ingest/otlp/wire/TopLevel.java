package dev.sentinel.audit.ingest.otlp.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a decoder found in a request besides its records.
 *
 * @param found whether the member of the signal was there, perhaps without records
 * @param meant the signal of a member that was there instead, such as {@code resource_spans} or {@code resourceLogs};
 *     null if there was none
 */
public record TopLevel(boolean found, @Nullable Signal meant) {}
