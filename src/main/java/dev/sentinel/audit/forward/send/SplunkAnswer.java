package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.OptionalLong;

/**
 * What the HTTP Event Collector says, in its own codes ("Possible error codes" in its documentation).
 *
 * @param body empty if it is not JSON
 */
record SplunkAnswer(HttpAnswer http, JsonObject body) {
    private static final int NO_DATA = 5;

    static SplunkAnswer of(HttpAnswer answer) {
        try {
            return new SplunkAnswer(answer, new JsonObject(answer.body()));
        } catch (DecodeException | ClassCastException e) {
            return new SplunkAnswer(answer, new JsonObject());
        }
    }

    /** The number under which the events are acknowledged; empty unless the token asks for that. */
    OptionalLong ackId() {
        return body.getValue("ackId") instanceof Number id ? OptionalLong.of(id.longValue()) : OptionalLong.empty();
    }

    boolean isIndexed(long ackId) {
        return body.getValue("acks") instanceof JsonObject acks
                && Boolean.TRUE.equals(acks.getValue(Long.toString(ackId)));
    }

    /** Whether it has accepted who asks, and misses only events. */
    boolean missesData() {
        return code() == NO_DATA;
    }

    /** If it has not taken the events: because of one of them, or for another reason. */
    Future<Delivery> refusal() {
        return switch (code()) {
            case 6, 12, 13, 15 ->
                Future.succeededFuture(new Delivery.Refused(
                        body.getValue("invalid-event-number") instanceof Number index
                                ? index.intValue()
                                : Delivery.Refused.UNKNOWN,
                        message()));
            case 7 -> Future.failedFuture(DeliveryException.denied("the token may not write to this index"));
            case 10, 11 -> Future.failedFuture(DeliveryException.denied("the token asks for ack=true"));
            case 14 -> Future.failedFuture(DeliveryException.denied("the token acknowledges nothing; set ack=false"));
            default ->
                http.status() == 413
                        ? Future.succeededFuture(new Delivery.Refused(Delivery.Refused.UNKNOWN, message()))
                        : Future.failedFuture(failure());
        };
    }

    DeliveryException failure() {
        DeliveryException plain = http.failure();
        return switch (code()) {
            case 1, 2, 3, 4 -> DeliveryException.denied("the token is not valid");
            case 9, 18, 19, 20, 23 ->
                plain.retryAfter()
                        .map(pause -> DeliveryException.later("Splunk is busy", pause))
                        .orElseGet(() -> DeliveryException.away("Splunk is busy"));
            default -> plain;
        };
    }

    private String message() {
        return "HTTP " + http.status() + (code() < 0 ? "" : ", code " + code());
    }

    private int code() {
        return body.getValue("code") instanceof Number code ? code.intValue() : -1;
    }
}
