package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.model.EventLimits;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Whose action it is. Each is a valid identifier of the wire contract; one that holds a secret is replaced by its hash.
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
    private static final String HASH = "sha256:";

    /** Characters. Of a longer identifier, no part is looked at. */
    private static final int LONGEST = 4096;

    private static final String UNKNOWN = "unknown_service";

    static Identity of(Subject subject, Sender sender, @Nullable Instant time, EventRedaction redaction) {
        String agent = safe(agent(subject, sender), redaction);
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

    private static String agent(Subject subject, Sender sender) {
        if (sender.agent() != null && !sender.agent().isBlank()) {
            return sender.agent();
        }
        String told = subject.attributes().text(AGENT);
        if (told == null || told.isBlank()) {
            told = subject.origin().resource().text(AGENT);
        }
        if (told != null && !told.isBlank()) {
            return told;
        }
        String service = subject.origin().resource().text(SERVICE);
        service = service == null || service.isBlank() ? UNKNOWN : service;
        Emitter.AgentName name = subject.emitter().agent();
        if (name != null) {
            String value = subject.text(name.key());
            return value != null && isId(value) ? name.prefix() + '/' + beginning(value, name.length()) : service;
        }
        String id = subject.text(Field.AGENT_ID);
        if (id != null && isId(id)) {
            return id;
        }
        String agentName = subject.text(Field.AGENT_NAME);
        return agentName != null && isId(agentName) ? service + '/' + agentName : service;
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
        String sent = subject.text(Field.SESSION);
        if (sent == null) {
            return null;
        }
        String safe = safe(sent, redaction);
        if (safe.equals(sent)) {
            subject.tell(Field.SESSION);
        }
        return safe;
    }

    private static @Nullable String user(Subject subject, EventRedaction redaction) {
        for (Key key : subject.emitter().keys(Field.USER)) {
            String sent = subject.text(key);
            if (sent != null && isId(sent)) {
                String safe = safe(sent, redaction);
                if (safe.equals(sent)) {
                    subject.tell(key);
                }
                return safe;
            }
        }
        return null;
    }

    private static String trace(
            Subject subject, String agent, @Nullable String session, @Nullable Instant time, EventRedaction redaction) {
        if (session != null && subject.emitter().coding()) {
            return session;
        }
        Span span = subject.span();
        LogRecord log = subject.log();
        String sent = span != null ? span.traceId() : log != null ? log.traceId() : "";
        if (!sent.isEmpty()) {
            return safe(sent, redaction);
        }
        if (session != null) {
            return session;
        }
        String prompt = subject.attributes().text(PROMPT);
        if (prompt != null && !prompt.isBlank()) {
            return safe(prompt, redaction);
        }
        String day = time == null
                ? "undated"
                : time.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return safe(agent + '/' + day, redaction);
    }

    private static String safe(String sent, EventRedaction redaction) {
        String id = StorableText.of(sent);
        if (id.length() > LONGEST || redaction.isSecretIdentifier(id)) {
            return HASH + StorableText.shortHash(id);
        }
        String cut = StorableText.identifier(id, EventLimits.MAX_ID);
        return cut.equals(id) || !redaction.isSecretIdentifier(cut) ? cut : HASH + StorableText.shortHash(id);
    }
}
