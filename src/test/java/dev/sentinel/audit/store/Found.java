package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.redact.RedactionRules;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes the result of a search, reading its JSON as strictly as that of clients. */
public final class Found {
    private static final EventReader READER = new EventReader(10_000, RedactionRules.off(), secret -> {});

    private Found() {}

    /** The events of one page. */
    public static List<StoredEvent> events(FoundEvents found) {
        Buffer array = Buffer.buffer("[").appendBuffer(found.json()).appendString("]");
        List<DecodedEvent> decoded = READER.readJson(array.getBytes(), null).events();
        JsonArray objects = new JsonArray(array);
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < decoded.size(); i++) {
            JsonObject object = objects.getJsonObject(i);
            events.add(new StoredEvent(
                    object.getLong(EventJson.SEQ, StoredEvent.UNSEQUENCED),
                    Instant.parse(object.getString(EventJson.RECEIVED_AT)),
                    event(decoded.get(i), object),
                    seal(object.getJsonObject(EventJson.SEAL))));
        }
        return events;
    }

    private static Seal seal(@Nullable JsonObject seal) {
        return seal == null ? Seals.ANY : Seals.of(seal);
    }

    /** Adds the values of the server, which a client cannot send. */
    private static AuditEvent event(DecodedEvent decoded, JsonObject object) {
        JsonObject redacted = object.getJsonObject(EventJson.REDACTED);
        return ((DecodedEvent.Valid) decoded)
                .event().toBuilder()
                        .redacted(redacted == null ? null : redacted.encode())
                        .submittedBy(object.getString(EventJson.SUBMITTED_BY))
                        .build();
    }
}
