package dev.sentinel.audit.ingest.cloudevents;

import dev.sentinel.audit.digest.NamedUuids;
import dev.sentinel.audit.event.CodePoints;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.DraftReader;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.model.EventLimits;
import java.util.List;

/** Makes the event of a message. For one request; one thread. */
final class EventMapper {
    /** The type of messages whose data is one of our events. */
    static final String OURS = "dev.sentinel.audit.event.v1";

    private static final String VERSION = "1.0";
    private static final String REQUIRED = "is required";
    private static final List<String> ALWAYS =
            List.of(Attributes.SPECVERSION, Attributes.ID, Attributes.SOURCE, Attributes.TYPE);

    private final DraftReader drafts;
    private final Sender sender;
    private final NamedUuids ids = new NamedUuids("sentinel-cloudevents-1");

    EventMapper(DraftReader drafts, Sender sender) {
        this.drafts = drafts;
        this.sender = sender;
    }

    DecodedEvent event(CloudEvent sent) {
        check(sent);
        if (!sent.errors().isEmpty()) {
            return new DecodedEvent.Invalid(null, List.copyOf(sent.errors()));
        }
        // Repeated messages have the ids of the first ones.
        String id = ids.of("ce", sent.required(Attributes.SOURCE), sent.required(Attributes.ID))
                .toString();
        Envelope envelope = new Envelope(sent, sender, drafts);
        Draft draft = sent.required(Attributes.TYPE).equals(OURS)
                ? OwnEvent.draft(id, sent, envelope)
                : ForeignEvent.draft(id, sent, envelope, drafts);
        if (draft == null) {
            return new DecodedEvent.Invalid(id, List.of(new FieldError("/data", "must be a JSON object")));
        }
        DecodedEvent read = drafts.read(draft.json());
        return read instanceof DecodedEvent.Invalid invalid ? located(invalid, draft) : read;
    }

    private void check(CloudEvent sent) {
        for (String name : ALWAYS) {
            boolean wrong =
                    sent.errors().stream().anyMatch(error -> error.pointer().equals(CloudEvent.pointer(name)));
            if (sent.attribute(name) == null && !wrong) {
                sent.error(CloudEvent.pointer(name), REQUIRED);
            }
        }
        String version = sent.attribute(Attributes.SPECVERSION);
        if (version != null && !version.equals(VERSION)) {
            sent.error(CloudEvent.pointer(Attributes.SPECVERSION), "must be \"" + VERSION + "\"");
        }
        checkIdentity(sent, Attributes.ID);
        checkIdentity(sent, Attributes.SOURCE);
    }

    /** The hash of a secret would let it be guessed. */
    private void checkIdentity(CloudEvent sent, String name) {
        String value = sent.required(name);
        if (CodePoints.count(value) < 0) {
            sent.error(CloudEvent.pointer(name), CodePoints.NOT_STORABLE);
        } else if (!value.isEmpty() && drafts.isSecretIdentifier(value)) {
            sent.error(CloudEvent.pointer(name), EventLimits.ID_SECRET);
        }
    }

    /** Errors name what the client sent. */
    private static DecodedEvent located(DecodedEvent.Invalid invalid, Draft draft) {
        return new DecodedEvent.Invalid(
                invalid.eventId(),
                invalid.errors().stream()
                        .map(error -> new FieldError(draft.sentAt(error.pointer()), error.detail()))
                        .toList());
    }
}
