package dev.sentinel.audit.http;

import dev.sentinel.audit.event.FieldError;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes problems as RFC 9457 JSON. Event loop. */
final class ProblemWriter {
    private ProblemWriter() {}

    /** Ends the response with the problem. Resets it if the head was already sent; does nothing if it has ended. */
    static void send(HttpServerResponse response, Problem problem) {
        send(response, written(problem));
    }

    static ProblemFormat.Written written(Problem problem) {
        return new ProblemFormat.Written(problem.status(), "application/problem+json", body(problem));
    }

    /** Ends the response with a problem in any format. */
    static void send(HttpServerResponse response, ProblemFormat.Written problem) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        SecurityHeaders.set(response);
        response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, problem.contentType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(problem.body());
    }

    static Buffer body(Problem problem) {
        return JsonBuffer.object(json -> {
            json.writeStringField("type", "about:blank");
            json.writeStringField(
                    "title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase());
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.detail());
            if (!problem.errors().isEmpty()) {
                FieldError.write(json, problem.errors());
            }
        });
    }
}
