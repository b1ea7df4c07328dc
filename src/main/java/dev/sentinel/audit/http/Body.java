package dev.sentinel.audit.http;

import io.vertx.core.buffer.Buffer;

/**
 * A complete request body.
 *
 * @param content decompressed
 * @param release releases its memory; must be run once, when the bytes are no longer needed
 */
public record Body(Buffer content, Runnable release) {

    /** A copy of the content. */
    public byte[] bytes() {
        return content.getBytes();
    }
}
