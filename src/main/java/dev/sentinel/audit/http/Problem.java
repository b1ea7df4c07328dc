package dev.sentinel.audit.http;

import dev.sentinel.audit.event.FieldError;
import java.util.List;

/**
 * An error response: RFC 9457 {@code application/problem+json}, whose {@code type} is {@code about:blank} and whose
 * title is the reason phrase of the status.
 *
 * @param status the HTTP status code, 400 to 599
 * @param detail a readable sentence; never a stack trace, SQL or a path
 * @param errors the invalid parts of the request; empty if unknown
 */
public record Problem(int status, String detail, List<FieldError> errors) {
    public Problem {
        errors = List.copyOf(errors);
    }

    public Problem(int status, String detail) {
        this(status, detail, List.of());
    }

    /**
     * An exception to throw, or to fail a Future or a routing context with; the error handler sends it as the response.
     */
    public ProblemException asException() {
        return new ProblemException(this);
    }
}
