package dev.sentinel.audit.forward.send;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.format.CefText;
import dev.sentinel.audit.forward.format.PlausibleTime;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalInt;

/**
 * Events as messages of syslog (RFC 5424), each after its length (RFC 6587, section 3.4.1, and RFC 5425). Immutable;
 * any thread.
 *
 * <p>Receivers cut a message that is too long for them, so that it is no JSON any more. Such an event loses its
 * metadata, and has the number of bytes instead: {@code {"dropped_bytes":70000}}.
 *
 * @param isCef whether the text is in the Common Event Format instead of JSON
 * @param maxMessage bytes
 * @param hostname of this server; {@code -} if the receiver shall see by itself
 */
record SyslogMessages(boolean isCef, int maxMessage, String hostname) {
    /** Log audit. */
    private static final int FACILITY = 13;

    private static final int INFORMATIONAL = 6;
    private static final int WARNING = 4;
    private static final int ERROR = 3;

    /** Where sequenceId begins again with 1 (RFC 5424, section 7.3.1). */
    private static final long SEQUENCE_IDS = (1L << 31) - 1;

    /**
     * The messages of a batch.
     *
     * @param tooLong the first event that does not fit even without its metadata; then there are no bytes
     */
    record Written(Buffer bytes, OptionalInt tooLong) {}

    Written write(Batch batch) {
        Buffer bytes = Buffer.buffer();
        for (int i = 0; i < batch.events().size(); i++) {
            StoredEvent event = batch.events().get(i);
            byte[] message = message(event);
            if (message.length > maxMessage) {
                message = message(withoutMetadata(event));
            }
            if (message.length > maxMessage) {
                return new Written(Buffer.buffer(), OptionalInt.of(i));
            }
            bytes.appendBytes((message.length + " ").getBytes(US_ASCII)).appendBytes(message);
        }
        return new Written(bytes, OptionalInt.empty());
    }

    private static StoredEvent withoutMetadata(StoredEvent event) {
        int dropped = event.event().metadata().getBytes(UTF_8).length;
        return new StoredEvent(
                event.seq(),
                event.receivedAt(),
                event.event().toBuilder()
                        .metadata("{\"dropped_bytes\":" + dropped + "}")
                        .build(),
                event.seal());
    }

    private byte[] message(StoredEvent event) {
        String text = "<" + (FACILITY * 8 + severity(event.event().status())) + ">1 "
                + Timestamps.format(PlausibleTime.of(event)) + " " + hostname + " sentinel - "
                + event.event().actionType().wireName()
                + " [meta sequenceId=\"" + (Math.floorMod(event.seq(), SEQUENCE_IDS) + 1) + "\"] "
                + (isCef ? CefText.of(event) : EventWriter.toJson(event));
        return text.getBytes(UTF_8);
    }

    private static int severity(EventStatus status) {
        return switch (status) {
            case SUCCESS, PENDING -> INFORMATIONAL;
            case DENIED -> WARNING;
            case ERROR -> ERROR;
        };
    }
}
