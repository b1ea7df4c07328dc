package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sentinel.audit.model.EventLimits;

/** Configures Jackson for reading untrusted input. */
public final class StrictJson {
    /**
     * The maximum nesting of any JSON. It prevents a body of brackets from becoming gigabytes of parser contexts (56
     * bytes each). It is far above {@link EventLimits#MAX_METADATA_DEPTH}, so that an event that nests too deeply is
     * refused alone.
     */
    static final int MAX_NESTING = 10_000;

    private StrictJson() {}

    /**
     * A factory that keeps no state between parsers. Names are not canonicalized: a valid name may be 64 KiB long, and
     * Jackson's shared table would retain thousands of names that a client makes up. The length of tokens is bounded by
     * the body, and by {@link EventDecoder} and {@link RedactedJson}, whose messages name the field.
     */
    public static JsonFactory factory() {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }
}
