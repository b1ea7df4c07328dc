package dev.sentinel.audit.store;

import org.jspecify.annotations.Nullable;

/** Why a store did not do what it was asked. Stackless where it is expected while serving; a cause keeps its stack. */
public final class StoreException extends RuntimeException {

    /** What the caller can do about it. */
    public enum Kind {
        /** Not accepted, nothing was stored; try again later. HTTP 503. */
        OVERLOADED,
        /** It is unknown whether it was done (disk full, I/O error, shutting down); try again later. HTTP 503. */
        UNAVAILABLE,
        /** The files or the server are not what they should be; a person must look. Only at start. */
        UNUSABLE
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause, false, kind == Kind.UNUSABLE);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }
}
