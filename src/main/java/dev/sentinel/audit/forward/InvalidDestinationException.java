package dev.sentinel.audit.forward;

import java.io.Serial;

/** What somebody says of a destination makes no sense. The message is for that person and holds no secret. */
public final class InvalidDestinationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String member;

    /** @param member the part that is wrong, such as {@code options/format} */
    public InvalidDestinationException(String member, String message) {
        super(message, null, false, false);
        this.member = member;
    }

    /** The part that is wrong, as a JSON pointer without the first slash. */
    public String member() {
        return member;
    }
}
