package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.model.EventLimits;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the event of a record, within the limits of the wire contract. For one request; one thread. */
final class EventMaker {
    private static final String NO_METADATA = "{}";
    private static final String NAMELESS = "unknown";

    private final Mapping mapping;
    private final Content content;
    private final EventRedaction redaction;
    private final Sender sender;

    EventMaker(Mapping mapping, Content content, EventRedaction redaction, Sender sender) {
        this.mapping = mapping;
        this.content = content;
        this.redaction = redaction;
        this.sender = sender;
    }

    AuditEvent event(UUID id, Subject subject, Rule rule, Times times) {
        redaction.clear();
        Outcome outcome = Outcome.of(subject, rule, mapping.vocabulary());
        Target target = Target.of(subject, rule, mapping.vocabulary(), content);
        Identity identity = Identity.of(subject, sender, times.began(), redaction);
        String resource = resource(target.resource());
        String stored = cut(resource, target.length());
        Cut cut = stored.equals(resource) ? null : Cut.of("/resource", resource);
        Metadata.Parts parts = new Metadata.Parts(rule, target, outcome, times, identity);
        String metadata = metadata(
                redaction.metadata(out -> new Metadata(subject, mapping, content, redaction, out).write(parts, cut)));
        return AuditEvent.builder()
                .eventId(id)
                .timestamp(times.began())
                .agentInstanceId(identity.agent())
                .traceId(identity.trace())
                .actor(outcome.actor())
                .actionType(target.type())
                .resource(stored)
                .status(outcome.status())
                .latencyMs(times.latencyMs())
                .metadata(metadata)
                .spanId(identity.span())
                .parentSpanId(identity.parent())
                .sessionId(identity.session())
                .onBehalfOf(identity.user())
                .redacted(redaction.redacted())
                .submittedBy(sender.submittedBy())
                .build();
    }

    private String resource(String sent) {
        String storable = StorableText.of(LongText.bounded(sent, redaction));
        return storable.isBlank() ? NAMELESS : redaction.resource(storable);
    }

    /** Redacted first, then cut, and looked at again: without what followed it, the end may read as a secret. */
    private String cut(String clean, int max) {
        String cut = StorableText.cut(clean, max);
        return cut.equals(clean) ? clean : StorableText.cut(redaction.resource(cut), max);
    }

    /** Redacted first, then cut. */
    private String metadata(@Nullable String clean) {
        if (clean == null) {
            return NO_METADATA;
        }
        return MetadataLimits.areObeyed(redaction.extent()) ? clean : again(MetadataCutter.cut(clean));
    }

    /** A cut text may read as another one: what is stored is what {@code EventReader} would leave as it is. */
    private String again(String cut) {
        String twice = redaction.metadata(cut);
        return twice == null || StorableText.utf8Length(twice) > EventLimits.MAX_METADATA_BYTES ? NO_METADATA : twice;
    }
}
