package dev.sentinel.audit.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the client hears when its events are decided. Event loop. */
final class Answers {
    private static final String CONFLICT = "Another event with this event_id is already stored.";
    private static final String FOREIGN = "This key may not send events of this agent.";
    private static final JsonFactory JSON = new JsonFactory();

    private Answers() {}

    /** An answer to be sent. */
    record Answer(int status, Buffer body) {
        /** Completes when the last byte has left, or cannot leave any more. */
        Future<Void> send(RoutingContext ctx) {
            return ctx.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body)
                    .otherwiseEmpty();
        }
    }

    /**
     * The answer to a request; throws a {@link dev.sentinel.audit.http.ProblemException} if that is a problem.
     *
     * @param outcomes one for each valid event of the body, in order
     */
    static Answer of(DecodedBody decoded, List<Outcome> outcomes) {
        try {
            return decoded.batch()
                    ? batch(decoded.events(), outcomes)
                    : single(decoded.events().get(0), outcomes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
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
        if (outcome instanceof Outcome.Captured captured) {
            return stored(event, "captured", captured.seq(), captured.receivedAt());
        } else if (outcome instanceof Outcome.Duplicate duplicate) {
            return stored(event, "duplicate", duplicate.seq(), duplicate.receivedAt());
        } else {
            throw new Problem(409, CONFLICT).asException();
        }
    }

    private static Answer stored(AuditEvent event, String status, long seq, Instant receivedAt) {
        // Nothing here can need escaping.
        String body = "{\"" + EventJson.EVENT_ID + "\":\"" + event.eventId() + "\",\"" + EventJson.STATUS + "\":\""
                + status + (seq == StoredEvent.UNSEQUENCED ? "\"" : "\",\"" + EventJson.SEQ + "\":" + seq) + ",\""
                + EventJson.RECEIVED_AT + "\":\""
                + Timestamps.format(receivedAt) + "\"}";
        return new Answer(201, Buffer.buffer(body));
    }

    private static Answer batch(List<DecodedEvent> events, List<Outcome> outcomes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        int captured = count(outcomes, Outcome.Captured.class);
        int duplicate = count(outcomes, Outcome.Duplicate.class);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeNumberField("captured", captured);
            out.writeNumberField("duplicate", duplicate);
            out.writeArrayFieldStart("rejected");
            Iterator<Outcome> next = outcomes.iterator();
            for (int i = 0; i < events.size(); i++) {
                if (events.get(i) instanceof DecodedEvent.Invalid invalid) {
                    writeInvalid(out, i, invalid);
                } else if (events.get(i) instanceof DecodedEvent.Foreign foreign) {
                    writeRejected(out, i, foreign.event().eventId().toString(), 403, FOREIGN);
                    out.writeEndObject();
                } else if (next.next() instanceof Outcome.Conflict) {
                    AuditEvent event = ((DecodedEvent.Valid) events.get(i)).event();
                    writeRejected(out, i, event.eventId().toString(), 409, CONFLICT);
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        int in = captured + duplicate;
        int status = in == events.size() ? 201 : in > 0 ? 207 : 422;
        return new Answer(status, Buffer.buffer(bytes.toByteArray()));
    }

    private static void writeInvalid(JsonGenerator out, int index, DecodedEvent.Invalid invalid) throws IOException {
        writeRejected(out, index, invalid.eventId(), 422, summary(invalid));
        out.writeArrayFieldStart("errors");
        for (FieldError error : invalid.errors()) {
            out.writeStartObject();
            out.writeStringField("pointer", error.pointer());
            out.writeStringField("detail", error.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void writeRejected(JsonGenerator out, int index, @Nullable String eventId, int status, String detail)
            throws IOException {
        out.writeStartObject();
        out.writeNumberField("index", index);
        out.writeStringField(EventJson.EVENT_ID, eventId);
        out.writeNumberField("status", status);
        out.writeStringField("detail", detail);
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
