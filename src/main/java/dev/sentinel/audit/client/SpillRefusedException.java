package dev.sentinel.audit.client;

import java.io.IOException;

/** A spill directory or one of its files is not this user's alone; the message says why. */
final class SpillRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    SpillRefusedException(String message) {
        super(message);
    }
}
