package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.SecretKind;
import java.util.function.Consumer;

/** Maps the records of OpenTelemetry to audit events. One for a server; any thread. */
public final class OtlpMapper {
    private final Mapping mapping;
    private final Content content;
    private final Spans spans;
    private final RedactionRules rules;
    private final Consumer<SecretKind> onSecret;

    /**
     * Creates a mapper.
     *
     * @param content what is kept of the content of records
     * @param spans which spans become events
     * @param onSecret called for every redacted secret of an event, on the thread that visits the record
     */
    public OtlpMapper(
            Mapping mapping, Content content, Spans spans, RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.mapping = mapping;
        this.content = content;
        this.spans = spans;
        this.rules = rules;
        this.onSecret = onSecret;
    }

    /** Starts a request. Its records are visited by one thread. */
    public OtlpRequest begin(Sender sender) {
        return new OtlpRequest(mapping, content, spans, new EventRedaction(rules, onSecret), sender);
    }
}
