package dev.sentinel.audit.failure;

/** The client closed its connection, or may no longer be answered, before it was answered. No answer reaches it. */
public final class ClientGone extends Failure {
    /** @param message how the server noticed */
    public ClientGone(String message) {
        super(message, null, false);
    }
}
