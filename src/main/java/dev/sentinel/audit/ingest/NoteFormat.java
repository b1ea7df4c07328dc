package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventDraft;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.Links;
import dev.sentinel.audit.event.StrictObject;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A note that a person adds to a run, as an event of that run like any other: of the actor {@code human}, with the
 * resource {@value #RESOURCE} and the text in the metadata. The server says who wrote it, by the name of the key; and
 * when, by its own clock.
 *
 * <p>The writer names the agent that the note is about, which is one of the run. A name for all notes would lie outside
 * of what a key with an agent prefix may write and read; and the agent of the first event of the run may be one that
 * such a key may not touch, while looking it up would tell a key that may only write which runs there are. With the
 * agent that it is about, a note is seen by whoever may see the steps that it explains, on the page of the agent and in
 * every destination that gets its events. The actor says that the agent itself did not do this.
 *
 * @param names the name of a key by its id; null for an id that is not a key's
 */
record NoteFormat(EventReader events, Function<String, @Nullable String> names) implements BodyFormat {
    /** What tells a note from other events. */
    static final String RESOURCE = TraceSummary.NOTE;

    /** In the metadata it takes six bytes for a character at most. */
    private static final int MAX_TEXT = 10_000;

    private static final int INLINE_BYTES = 64 * 1024;
    private static final String TEXT = "text";
    private static final String ABOUT = "about";

    private static final Set<String> MEMBERS = Set.of(
            EventJson.EVENT_ID,
            EventJson.TRACE_ID,
            EventJson.AGENT_INSTANCE_ID,
            EventJson.PARENT_SPAN_ID,
            EventJson.SESSION_ID,
            TEXT,
            ABOUT);

    @Override
    public String protocol() {
        return "notes";
    }

    @Override
    public int maxEventsIn(long bytes) {
        return 1;
    }

    @Override
    public int maxEvents(byte[] body) {
        return 1;
    }

    @Override
    public boolean isForNotes() {
        return true;
    }

    @Override
    public int inlineBytes() {
        return INLINE_BYTES;
    }

    @Override
    public DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, @Nullable Object> members = StrictObject.read(body, errors);
        if (members == null) {
            return invalid(List.of(new FieldError("", "must be a JSON object")));
        }
        JsonObject note = new JsonObject(members);
        if (errors.isEmpty()) {
            check(note, errors);
        }
        return errors.isEmpty()
                ? events.readJson(event(note, submittedBy).toJson().getBytes(StandardCharsets.UTF_8), submittedBy)
                : invalid(errors);
    }

    private static DecodedBody invalid(List<FieldError> errors) {
        return new DecodedBody(false, List.of(new DecodedEvent.Invalid(null, errors)));
    }

    /** What would not be seen in the event that is made of it; {@link EventReader} checks the rest. */
    private static void check(JsonObject note, List<FieldError> errors) {
        for (Map.Entry<String, Object> member : note) {
            if (!MEMBERS.contains(member.getKey())) {
                errors.add(new FieldError(
                        "", "has a member that no note has; there are " + String.join(", ", new TreeSet<>(MEMBERS))));
            } else if (member.getValue() != null && !(member.getValue() instanceof String)) {
                errors.add(new FieldError("/" + member.getKey(), "must be a string"));
            }
        }
        if (errors.isEmpty()) {
            String text = note.getString(TEXT);
            if (text == null || text.isBlank()) {
                errors.add(new FieldError("/" + TEXT, "is required"));
            } else if (text.codePointCount(0, text.length()) > MAX_TEXT) {
                errors.add(new FieldError("/" + TEXT, "must have at most " + MAX_TEXT + " characters"));
            }
            if (note.getString(ABOUT) != null && !isEventId(note.getString(ABOUT))) {
                errors.add(new FieldError("/" + ABOUT, "must be the id of an event"));
            }
        }
    }

    private static boolean isEventId(String text) {
        return text.length() == 36 && text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    }

    private EventDraft event(JsonObject note, @Nullable String submittedBy) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(TEXT, note.getString(TEXT));
        if (note.getString(ABOUT) != null) {
            metadata.put(ABOUT, note.getString(ABOUT));
        }
        String id = note.getString(EventJson.EVENT_ID);
        return new EventDraft()
                .eventId(id == null ? UUID.randomUUID().toString() : id)
                .agentInstanceId(note.getString(EventJson.AGENT_INSTANCE_ID))
                .traceId(note.getString(EventJson.TRACE_ID))
                .actor(ActorType.HUMAN.wireName())
                .actionType(ActionType.API_CALL.wireName())
                .resource(RESOURCE)
                .status(EventStatus.SUCCESS.wireName())
                .metadata(metadata)
                .links(new Links(
                        null,
                        note.getString(EventJson.PARENT_SPAN_ID),
                        note.getString(EventJson.SESSION_ID),
                        writer(submittedBy)));
    }

    /** A key from before the rules of today may have a name that no event takes. Its id names it, too. */
    private @Nullable String writer(@Nullable String submittedBy) {
        String name = submittedBy == null ? null : names.apply(submittedBy);
        return name == null || !events.isSecretIdentifier(name) ? name : submittedBy;
    }
}
