package dev.sentinel.audit.http;

import java.io.IOException;

/** The rest of a body will not come. Its cause is the failure of the request. */
public final class BodyFailedException extends IOException {
    private final Throwable failure;

    BodyFailedException(Throwable failure) {
        super(failure);
        this.failure = failure;
    }

    /** What the routing context is to fail with. */
    public Throwable failure() {
        return failure;
    }
}
