package dev.sentinel.audit.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The responses to requests with events. Small ones are built on the event loop, others on a worker. */
final class Answers {
    /**
     * Rejected events whose reason the answer gives. Thousands of reasons help nobody, and a body of 68 bytes would
     * bring an answer of megabytes.
     */
    private static final int MAX_DETAILS = 100;

    /** Batches with more rejected events have large answers. */
    private static final int INLINE_REJECTED = 100;

    private static final String LEAF_HASH = "leaf_hash";
    private static final String CONFLICT = "Another event with this event_id is already stored.";
    private static final String FOREIGN = "This key may not send events for this agent.";

    private Answers() {}

    /** Why an event of a batch is not stored. */
    private record Rejection(@Nullable String eventId, int status, Supplier<String> detail, List<FieldError> errors) {}

    /** A response to be sent. */
    record Answer(int status, Buffer body) {
        /** Completes when the last byte is sent or the connection is closed. */
        Future<Void> send(RoutingContext ctx) {
            return ctx.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body)
                    .otherwiseEmpty();
        }
    }

    /**
     * The response to a request; throws a {@link dev.sentinel.audit.http.ProblemException} if it is a problem.
     *
     * @param outcomes one per valid event of the body, in order
     * @param leafHashes whether the answer to a batch lists the hashes of its events
     */
    static Future<Answer> of(Vertx vertx, DecodedBody decoded, List<Outcome> outcomes, boolean leafHashes) {
        if (!decoded.batch()) {
            return Future.succeededFuture(single(decoded.events().get(0), outcomes));
        }
        int captured = count(outcomes, Outcome.Captured.class);
        int duplicate = count(outcomes, Outcome.Duplicate.class);
        return decoded.events().size() - captured - duplicate <= INLINE_REJECTED
                ? Future.succeededFuture(batch(decoded.events(), outcomes, captured, duplicate, leafHashes))
                : vertx.executeBlocking(
                        () -> batch(decoded.events(), outcomes, captured, duplicate, leafHashes), false);
    }

    private static Answer single(DecodedEvent decoded, List<Outcome> outcomes) {
        if (decoded instanceof DecodedEvent.Invalid invalid) {
            throw new Problem(422, "The event breaks the contract: " + summary(invalid) + ".", invalid.errors())
                    .asException();
        }
        if (!(decoded instanceof DecodedEvent.Valid valid)) {
            throw new Problem(403, FOREIGN).asException();
        }
        AuditEvent event = valid.event();
        Outcome outcome = outcomes.get(0);
        if (!(outcome instanceof Outcome.Stored stored)) {
            throw new Problem(409, CONFLICT).asException();
        }
        return stored(event, stored instanceof Outcome.Captured ? "captured" : "duplicate", stored);
    }

    private static Answer stored(AuditEvent event, String status, Outcome.Stored stored) {
        return new Answer(201, JsonBuffer.object(json -> {
            json.writeStringField(EventJson.EVENT_ID, event.eventId().toString());
            json.writeStringField(EventJson.STATUS, status);
            if (stored.seq() != StoredEvent.UNSEQUENCED) {
                json.writeNumberField(EventJson.SEQ, stored.seq());
            }
            json.writeStringField(EventJson.RECEIVED_AT, Timestamps.format(stored.receivedAt()));
            json.writeStringField(LEAF_HASH, stored.leafHash().hex());
        }));
    }

    private static Answer batch(
            List<DecodedEvent> events, List<Outcome> outcomes, int captured, int duplicate, boolean leafHashes) {
        int in = captured + duplicate;
        int status = in == events.size() ? 201 : in > 0 ? 207 : 422;
        return new Answer(status, JsonBuffer.object(json -> {
            json.writeNumberField("captured", captured);
            json.writeNumberField("duplicate", duplicate);
            json.writeArrayFieldStart("rejected");
            writeRejected(json, events, outcomes.iterator());
            json.writeEndArray();
            if (leafHashes) {
                writeLeafHashes(json, events, outcomes.iterator());
            }
        }));
    }

    /** One for each event of the batch; null for one that is not stored. */
    private static void writeLeafHashes(JsonGenerator json, List<DecodedEvent> events, Iterator<Outcome> outcomes)
            throws IOException {
        json.writeArrayFieldStart("leaf_hashes");
        for (DecodedEvent event : events) {
            Outcome outcome = event instanceof DecodedEvent.Valid ? outcomes.next() : null;
            json.writeString(
                    outcome instanceof Outcome.Stored stored ? stored.leafHash().hex() : null);
        }
        json.writeEndArray();
    }

    private static void writeRejected(JsonGenerator json, List<DecodedEvent> events, Iterator<Outcome> outcomes)
            throws IOException {
        int rejected = 0;
        for (int i = 0; i < events.size(); i++) {
            Rejection rejection = rejection(events.get(i), outcomes);
            if (rejection != null) {
                write(json, i, rejection, rejected++ < MAX_DETAILS);
            }
        }
    }

    /** Null for an event that is stored. */
    private static @Nullable Rejection rejection(DecodedEvent decoded, Iterator<Outcome> outcomes) {
        if (decoded instanceof DecodedEvent.Invalid invalid) {
            return new Rejection(invalid.eventId(), 422, () -> summary(invalid), invalid.errors());
        }
        if (decoded instanceof DecodedEvent.Foreign foreign) {
            return new Rejection(foreign.event().eventId().toString(), 403, () -> FOREIGN, List.of());
        }
        AuditEvent event = ((DecodedEvent.Valid) decoded).event();
        return outcomes.next() instanceof Outcome.Conflict
                ? new Rejection(event.eventId().toString(), 409, () -> CONFLICT, List.of())
                : null;
    }

    private static void write(JsonGenerator json, int index, Rejection rejection, boolean withDetail)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", index);
        json.writeStringField(EventJson.EVENT_ID, rejection.eventId);
        json.writeNumberField("status", rejection.status);
        if (withDetail) {
            json.writeStringField("detail", rejection.detail.get());
            if (!rejection.errors.isEmpty()) {
                FieldError.write(json, rejection.errors);
            }
        }
        json.writeEndObject();
    }

    private static String summary(DecodedEvent.Invalid invalid) {
        return invalid.errors().stream()
                .map(error -> error.pointer().isEmpty()
                        ? error.detail()
                        : error.pointer().substring(1) + " " + error.detail())
                .collect(Collectors.joining("; "));
    }

    private static int count(List<Outcome> outcomes, Class<? extends Outcome> kind) {
        int count = 0;
        for (Outcome outcome : outcomes) {
            count += kind.isInstance(outcome) ? 1 : 0;
        }
        return count;
    }
}
