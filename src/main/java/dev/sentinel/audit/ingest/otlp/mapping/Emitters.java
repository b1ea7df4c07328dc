package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the emitters of the records of one request. Records of one origin follow each other, so what an origin
 * tells is found once. One thread.
 */
final class Emitters {
    private final Mapping mapping;
    private @Nullable Origin origin;
    private @Nullable Emitter ofOrigin;

    Emitters(Mapping mapping) {
        this.mapping = mapping;
    }

    /** The emitter of a record: by its name, then by its service, then by its scope, then by a mark. */
    Emitter of(String name, Origin from, Attributes attributes) {
        if (!from.equals(origin)) {
            origin = from;
            ofOrigin = mapping.ofOrigin(from);
        }
        Emitter emitter = mapping.ofName(name);
        if (emitter == null) {
            emitter = ofOrigin;
        }
        return emitter == null ? mapping.ofMark(attributes) : emitter;
    }
}
