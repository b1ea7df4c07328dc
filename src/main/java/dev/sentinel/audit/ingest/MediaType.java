package dev.sentinel.audit.ingest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The declared media type of a request body. */
enum MediaType {
    JSON,
    NDJSON,
    CLOUD_EVENT,
    CLOUD_EVENTS,
    UNSUPPORTED;

    /**
     * Reads a Content-Type header (RFC 9110, section 8.3). A missing header means JSON, because simple clients send
     * none.
     */
    static MediaType of(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return JSON;
        }
        String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace("\"", "").strip();
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return UNSUPPORTED;
            }
        }
        return switch (parts[0].strip()) {
            case "application/json" -> JSON;
            case "application/x-ndjson", "application/ndjson" -> NDJSON;
            case "application/cloudevents+json" -> CLOUD_EVENT;
            case "application/cloudevents-batch+json" -> CLOUD_EVENTS;
            default -> UNSUPPORTED;
        };
    }

    /** Whether a Content-Type header names any format of CloudEvents, known here or not. */
    static boolean isOfCloudEvents(@Nullable String header) {
        return header != null && header.strip().toLowerCase(Locale.ROOT).startsWith("application/cloudevents");
    }
}
