package dev.sentinel.audit.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.FieldError;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes problems as RFC 9457 JSON. Event loop. */
final class ProblemWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private ProblemWriter() {}

    /** Ends the response with the problem, unless it has ended or its head is out already. */
    static void send(HttpServerResponse response, Problem problem) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        SecurityHeaders.set(response);
        response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body(problem));
    }

    static Buffer body(Problem problem) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("type", "about:blank");
            out.writeStringField(
                    "title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase());
            out.writeNumberField("status", problem.status());
            out.writeStringField("detail", problem.detail());
            if (!problem.errors().isEmpty()) {
                out.writeArrayFieldStart("errors");
                for (FieldError error : problem.errors()) {
                    out.writeStartObject();
                    out.writeStringField("pointer", error.pointer());
                    out.writeStringField("detail", error.detail());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
