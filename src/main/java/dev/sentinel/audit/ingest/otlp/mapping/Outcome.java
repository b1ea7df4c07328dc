package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an action ended, and because of whom.
 *
 * @param open whether the record does not say how it ended
 * @param decision as sent; null if there is none
 * @param source of the decision, as sent; null if there is none
 * @param errorType null if there is none
 * @param error a message; null if there is none
 */
record Outcome(
        EventStatus status,
        ActorType actor,
        boolean open,
        @Nullable String decision,
        @Nullable String source,
        @Nullable String reason,
        @Nullable String errorType,
        @Nullable String error) {
    private static final int STATUS_OK = 1;
    private static final int STATUS_ERROR = 2;
    private static final long FIRST_HTTP_ERROR = 400;
    private static final String EXCEPTION = "exception";

    static Outcome of(Subject subject, Rule rule, Vocabulary vocabulary) {
        String decision = subject.tell(Field.DECISION);
        String source = subject.tell(Field.SOURCE);
        String errorType = subject.tell(Field.ERROR_TYPE);
        String error = subject.tell(Field.ERROR);
        Span span = subject.span();
        if (span != null) {
            Attributes exception = subject.event(EXCEPTION);
            if (exception != null) {
                errorType = errorType == null ? exception.text("exception.type") : errorType;
                error = error == null ? exception.text("exception.message") : error;
            }
            error = error == null && !span.statusMessage().isBlank() ? span.statusMessage() : error;
        }
        boolean failed = failed(subject, errorType, error);
        Boolean allowed = decision == null ? null : vocabulary.allows(decision);
        boolean open = rule.action() == Action.DECISION
                && rule.status() == null
                && allowed == null
                && (span == null || span.statusCode() != STATUS_OK);
        return new Outcome(
                status(rule, span, failed, allowed),
                actor(rule, source),
                open,
                decision,
                source,
                decision == null ? null : subject.tell(Field.REASON),
                errorType,
                error);
    }

    /** @param allowed the decision; null if there is none, or none that the tables know */
    private static EventStatus status(Rule rule, @Nullable Span span, boolean failed, @Nullable Boolean allowed) {
        if (rule.status() != null) {
            return rule.status();
        }
        if (span != null && span.endNanos() == 0) {
            return EventStatus.PENDING;
        }
        if (rule.action() == Action.DECISION && allowed != null) {
            return allowed ? EventStatus.SUCCESS : EventStatus.DENIED;
        }
        // Of a tool, a decision that allowed it does not tell how it ended.
        if (rule.action() == Action.TOOL && Boolean.FALSE.equals(allowed)) {
            return EventStatus.DENIED;
        }
        if (failed) {
            return EventStatus.ERROR;
        }
        // A log record of a decision that does not say which one; a span of a guardrail has at least passed it.
        return rule.action() == Action.DECISION && span == null ? EventStatus.PENDING : EventStatus.SUCCESS;
    }

    private static boolean failed(Subject subject, @Nullable String errorType, @Nullable String error) {
        String success = subject.tell(Field.SUCCESS);
        String failed = subject.tell(Field.FAILED);
        String outcome = subject.text(Field.OUTCOME);
        Long http = Numbers.count(subject.text(Field.HTTP_STATUS));
        Span span = subject.span();
        if (span != null && span.statusCode() == STATUS_ERROR) {
            return true;
        }
        return "false".equalsIgnoreCase(success)
                || "true".equalsIgnoreCase(failed)
                || "error".equalsIgnoreCase(outcome)
                || (http != null && http >= FIRST_HTTP_ERROR)
                || errorType != null
                // A log record names an error only if there is one. A span may have survived its exception.
                || (span == null && success == null && error != null);
    }

    private static ActorType actor(Rule rule, @Nullable String source) {
        ActorType actor = rule.actor();
        if (actor != null) {
            return actor;
        }
        if (rule.action() == Action.PROMPT) {
            return ActorType.HUMAN;
        }
        if (rule.action() != Action.DECISION) {
            return ActorType.AGENT;
        }
        return source != null && source.toLowerCase(Locale.ROOT).startsWith("user")
                ? ActorType.HUMAN
                : ActorType.SYSTEM;
    }
}
