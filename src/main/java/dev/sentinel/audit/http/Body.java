package dev.sentinel.audit.http;

/** A complete request body, which holds memory of a budget until it is released. */
public final class Body {
    private final byte[] bytes;
    private final Runnable release;

    Body(byte[] bytes, Runnable release) {
        this.bytes = bytes;
        this.release = release;
    }

    /** The decompressed content; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Releases its memory. Must be run once, when the bytes are no longer needed. */
    public Runnable release() {
        return release;
    }
}
