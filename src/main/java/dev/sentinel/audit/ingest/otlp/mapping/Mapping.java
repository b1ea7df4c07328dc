package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import java.util.List;

/**
 * The tables that say what each agent sends and what becomes of it. Immutable; any thread.
 *
 * <p>Reading them touches files, so a server does it once, at its start.
 */
public final class Mapping {
    private static final String SERVICE = "service.name";

    private final int version;
    private final List<Emitter> emitters;
    private final Vocabulary vocabulary;

    Mapping(int version, List<Emitter> emitters, Vocabulary vocabulary) {
        this.version = version;
        this.emitters = List.copyOf(emitters);
        this.vocabulary = vocabulary;
    }

    /** The tables of this server. */
    public static Mapping packaged() {
        return MappingReader.packaged();
    }

    /** Stored in each event as {@code otel.map}. */
    public int version() {
        return version;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The emitter of a record: by its name, then by its service, then by its scope, then by a mark. */
    Emitter emitter(String name, Origin origin, Attributes attributes) {
        for (Emitter emitter : emitters) {
            for (String prefix : emitter.names()) {
                if (name.startsWith(prefix)) {
                    return emitter;
                }
            }
        }
        String service = origin.resource().text(SERVICE);
        if (service != null) {
            for (Emitter emitter : emitters) {
                if (Emitter.isOneOf(emitter.services(), service)) {
                    return emitter;
                }
            }
        }
        for (Emitter emitter : emitters) {
            if (Emitter.isOneOf(emitter.scopes(), origin.scope().name())) {
                return emitter;
            }
        }
        for (Emitter emitter : emitters) {
            for (String mark : emitter.marks()) {
                if (attributes.has(mark)) {
                    return emitter;
                }
            }
        }
        return emitters.get(emitters.size() - 1);
    }
}
