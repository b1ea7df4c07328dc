package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param retryAfter how long it asks to be left alone; at most an hour
 * @param body what was read of it
 * @param isWhole whether that is all of it
 */
record HttpAnswer(int status, Optional<Duration> retryAfter, Buffer body, boolean isWhole) {
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    boolean isOk() {
        return status / 100 == 2;
    }

    /** What the status alone says, for servers whose bodies say nothing. */
    Future<Delivery> outcome() {
        if (isOk()) {
            return Future.succeededFuture(new Delivery.Done("HTTP " + status));
        }
        return switch (status) {
            case 400, 413, 422 ->
                Future.succeededFuture(new Delivery.Refused(Delivery.Refused.UNKNOWN, "HTTP " + status));
            default -> Future.failedFuture(failure());
        };
    }

    /** Why the server has not taken the events, if it is not because of the events. */
    DeliveryException failure() {
        String message = "HTTP " + status;
        if (status / 100 == 5 || status == 408 || status == 425 || status == 429) {
            return retryAfter
                    .map(pause -> DeliveryException.later(message, pause))
                    .orElseGet(() -> DeliveryException.away(message));
        }
        return DeliveryException.denied(status / 100 == 3 ? message + ": redirects are not followed" : message);
    }

    /** Reads the header {@code Retry-After} (RFC 9110, section 10.2.3). */
    static Optional<Duration> retryAfter(@Nullable String header, Clock clock) {
        if (header == null) {
            return Optional.empty();
        }
        try {
            Duration pause = header.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(
                            Instant.now(clock),
                            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return Optional.of(pause)
                    .filter(found -> !found.isNegative())
                    .map(found -> found.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : found);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
