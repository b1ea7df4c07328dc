package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** Every reason for which a record may be ignored. */
    public Set<String> reasons() {
        Set<String> reasons = new TreeSet<>(Tally.REASONS);
        for (Emitter emitter : emitters) {
            Stream.concat(emitter.logs().stream(), emitter.spans().stream())
                    .map(Rule::reason)
                    .filter(reason -> !reason.isEmpty())
                    .forEach(reasons::add);
        }
        return reasons;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The emitter whose records have such names; null if there is none. */
    @Nullable
    Emitter ofName(String name) {
        for (Emitter emitter : emitters) {
            for (String prefix : emitter.names()) {
                if (name.startsWith(prefix)) {
                    return emitter;
                }
            }
        }
        return null;
    }

    /** The emitter of this service or of this scope; null if there is none. */
    @Nullable
    Emitter ofOrigin(Origin origin) {
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
        return null;
    }

    /** The emitter that a mark shows, or the one that takes what no other takes. */
    Emitter ofMark(Attributes attributes) {
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
