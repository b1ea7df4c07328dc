package dev.sentinel.audit.ingest.otlp.wire;

/** A request that cannot be decoded to its end. Its message is a sentence for the client, without a payload. */
public final class MalformedRequestException extends Exception {
    MalformedRequestException(String message) {
        super(message, null, false, false);
    }
}
