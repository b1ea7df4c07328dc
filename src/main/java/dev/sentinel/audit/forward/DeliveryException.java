package dev.sentinel.audit.forward;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** Why a destination has not taken a batch now. Its message is shown to people and holds no secret. */
public final class DeliveryException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** What to do about it. */
    public enum Kind {
        /** It will pass, as an outage does: try again. */
        TRANSIENT,
        /** Somebody must act, as after a refused credential, an unknown host or a broken certificate. */
        DENIED
    }

    private final Kind kind;
    private final transient Optional<Duration> retryAfter;

    private DeliveryException(Kind kind, String message, Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** The destination is away. */
    public static DeliveryException away(String message) {
        return new DeliveryException(Kind.TRANSIENT, message, Optional.empty());
    }

    /** The destination asks to come back later. */
    public static DeliveryException later(String message, Duration retryAfter) {
        return new DeliveryException(Kind.TRANSIENT, message, Optional.of(retryAfter));
    }

    /** The destination does not let this server in. */
    public static DeliveryException denied(String message) {
        return new DeliveryException(Kind.DENIED, message, Optional.empty());
    }

    public Kind kind() {
        return kind;
    }

    /** How long the destination asks to be left alone. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
