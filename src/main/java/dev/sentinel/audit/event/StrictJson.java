package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sentinel.audit.model.EventLimits;

/** How Jackson is set up to read what clients send. */
final class StrictJson {
    /**
     * How deep any JSON may nest, so that a body of brackets cannot turn into gigabytes of parser contexts (56 bytes
     * each). Far more than {@link EventLimits#MAX_METADATA_DEPTH}, so that one event that nests too deep is refused
     * alone.
     */
    static final int MAX_NESTING = 10_000;

    private StrictJson() {}

    /**
     * A factory that keeps nothing between parsers. Names are not canonicalised: a legal name may be 64 KiB long and
     * Jackson's shared table would pin thousands of those that a client makes up. The lengths of tokens are bounded by
     * the body, and by {@link EventDecoder} and {@link MetadataReader} with a message that names the field.
     */
    static JsonFactory factory() {
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
