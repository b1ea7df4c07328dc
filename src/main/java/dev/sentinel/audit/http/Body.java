package dev.sentinel.audit.http;

import io.vertx.core.buffer.Buffer;

/**
 * A request body that was read.
 *
 * @param content decompressed
 * @param release gives its memory back; to be run once, when the bytes are no longer needed
 */
public record Body(Buffer content, Runnable release) {

    /** A copy of the content. */
    public byte[] bytes() {
        return content.getBytes();
    }
}
