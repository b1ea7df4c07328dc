package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.event.LongIdentifier;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.model.EventLimits;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Whose action it is. Each is a valid identifier of the wire contract. One that holds a secret counts as absent: even a
 * hash of it would let it be guessed.
 *
 * @param span the span that the event is; null if it is none
 * @param parent the span within which it happened; null if unknown
 * @param session null if there is none
 * @param user for whom the agent acts, never an e-mail address; null if unknown
 */
record Identity(
        String agent,
        String trace,
        @Nullable String span,
        @Nullable String parent,
        @Nullable String session,
        @Nullable String user) {
    private static final String AGENT = "sentinel.agent_instance_id";
    private static final String SERVICE = "service.name";
    private static final String PROMPT = "prompt.id";

    /** Characters. A longer identifier counts as absent. */
    private static final int LONGEST = 4096;

    private static final String UNKNOWN = "unknown_service";

    static Identity of(Subject subject, Sender sender, @Nullable Instant time, EventRedaction redaction) {
        String agent = agent(subject, sender, redaction);
        String session = session(subject, redaction);
        Span span = subject.span();
        LogRecord log = subject.log();
        return new Identity(
                agent,
                trace(subject, agent, session, time, redaction),
                span == null ? null : spanId(span.spanId(), redaction),
                spanId(span != null ? span.parentSpanId() : log != null ? log.spanId() : "", redaction),
                session,
                user(subject, redaction));
    }

    private static String agent(Subject subject, Sender sender, EventRedaction redaction) {
        String agent = safe(sender.agent(), redaction);
        if (agent == null) {
            agent = safe(subject.attributes().text(AGENT), redaction);
        }
        if (agent == null) {
            agent = safe(subject.origin().resource().text(AGENT), redaction);
        }
        return agent == null ? program(subject, redaction) : agent;
    }

    private static String program(Subject subject, EventRedaction redaction) {
        String service = safe(subject.origin().resource().text(SERVICE), redaction);
        if (service == null) {
            service = UNKNOWN;
        }
        String agent;
        Emitter.AgentName name = subject.emitter().agent();
        if (name != null) {
            String value = id(subject.text(name.key()), redaction);
            agent = value == null ? null : name.prefix() + '/' + beginning(value, name.length());
        } else {
            agent = id(subject.text(Field.AGENT_ID), redaction);
            String agentName = agent != null ? null : id(subject.text(Field.AGENT_NAME), redaction);
            agent = agentName == null ? agent : service + '/' + agentName;
        }
        String safe = safe(agent, redaction);
        return safe == null ? service : safe;
    }

    /** The text if it is a whole id without a secret: a part of one may no longer look like it. */
    private static @Nullable String id(@Nullable String text, EventRedaction redaction) {
        return text == null || !isId(text) || safe(text, redaction) == null ? null : text;
    }

    /** An e-mail address is no id: it names a person. */
    private static boolean isId(String text) {
        return !text.isBlank() && text.indexOf('@') < 0;
    }

    private static @Nullable String spanId(String sent, EventRedaction redaction) {
        return sent.isEmpty() || redaction.isSecretIdentifier(sent) ? null : sent;
    }

    private static String beginning(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length));
    }

    private static @Nullable String session(Subject subject, EventRedaction redaction) {
        for (Key key : subject.emitter().keys(Field.SESSION)) {
            String safe = told(subject, key, redaction);
            if (safe != null) {
                return safe;
            }
        }
        return null;
    }

    private static @Nullable String user(Subject subject, EventRedaction redaction) {
        for (Key key : subject.emitter().keys(Field.USER)) {
            String sent = subject.text(key);
            String safe = sent == null || !isId(sent) ? null : told(subject, key, redaction);
            if (safe != null) {
                return safe;
            }
        }
        return null;
    }

    /** One that is whole is not stored again among the attributes. */
    private static @Nullable String told(Subject subject, Key key, EventRedaction redaction) {
        String sent = subject.text(key);
        String safe = safe(sent, redaction);
        if (safe != null && safe.equals(sent)) {
            subject.tell(key);
        }
        return safe;
    }

    private static String trace(
            Subject subject, String agent, @Nullable String session, @Nullable Instant time, EventRedaction redaction) {
        if (session != null && subject.emitter().coding()) {
            return session;
        }
        Span span = subject.span();
        LogRecord log = subject.log();
        String trace = safe(span != null ? span.traceId() : log != null ? log.traceId() : "", redaction);
        if (trace == null) {
            trace = session;
        }
        if (trace == null) {
            trace = safe(subject.attributes().text(PROMPT), redaction);
        }
        return trace == null ? ofDay(agent, time, redaction) : trace;
    }

    private static String ofDay(String agent, @Nullable Instant time, EventRedaction redaction) {
        String day = time == null
                ? "undated"
                : time.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        String trace = safe(agent + '/' + day, redaction);
        return trace == null ? day : trace;
    }

    /** As an identifier of the wire contract; null if it is absent, blank, very long or holds a secret. */
    private static @Nullable String safe(@Nullable String sent, EventRedaction redaction) {
        if (sent == null || sent.isBlank() || sent.length() > LONGEST) {
            return null;
        }
        String id = StorableText.of(sent);
        if (redaction.isSecretIdentifier(id)) {
            return null;
        }
        String cut = LongIdentifier.shortened(id, EventLimits.MAX_ID);
        return cut.equals(id) || !redaction.isSecretIdentifier(cut) ? cut : null;
    }
}
