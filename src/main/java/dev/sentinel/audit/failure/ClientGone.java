package dev.sentinel.audit.failure;

/**
 * The client closed its connection, or must no longer be answered, before the answer was sent. No answer reaches it.
 */
public final class ClientGone extends Failure {
    /** @param message how the server noticed */
    public ClientGone(String message) {
        super(message, null, false);
    }
}
