package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * What {@link MetadataWriter} has to say of a value that it wrote, until {@link JsonParts} knows the value's pointer.
 *
 * @param position where the value begins in the JSON
 * @param bytes the size of the original; negative if it was not read as a whole
 * @param sha256 the digest of the original after redaction; null if it was not read as a whole
 */
record Note(Kind kind, int position, long bytes, @Nullable String sha256) {
    enum Kind {
        /** Nothing is cut, but redaction has changed the size of this long text. */
        SIZE,
        /** The value is cut. */
        CUT,
        /** The name of this member is cut. */
        NAME
    }

    Note movedBy(int shift) {
        return new Note(kind, position + shift, bytes, sha256);
    }
}
