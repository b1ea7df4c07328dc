package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.MetadataExtent;
import dev.sentinel.audit.model.EventLimits;

/** The limits of metadata that is made from a record, and whether it obeys them: most does. */
final class MetadataLimits {
    /** Bytes of the arguments of a tool, or of its result, as JSON. */
    static final int ARGUMENTS = 8 * 1024;

    /** Bytes of any other string. */
    static final int STRING = 1024;

    /** Code points of a member's name. */
    static final int NAME = 255;

    private MetadataLimits() {}

    /** Whether nothing has to be cut. May be false for metadata that obeys the limits. */
    static boolean areObeyed(MetadataExtent metadata) {
        // Arguments have a limit of their own.
        return metadata.bytes() <= ARGUMENTS
                && metadata.depth() <= EventLimits.MAX_METADATA_DEPTH
                && metadata.longestName() <= NAME
                && metadata.longestText() <= STRING;
    }
}
