package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.keys.AdminAct;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What the beginning of a number leaves to do. It is written before the log records the number, which decides that the
 * number is begun, and deleted when all is done: so a crash in between loses neither the key nor an event about it. If
 * the log never recorded the number, it means nothing.
 *
 * @param acts what the log must record
 * @param found events that were in the log before anything was signed, which the log must record as sealed once they
 *     are signed; 0 for none
 */
record Beginning(int number, SigningKey key, List<AdminAct> acts, long found) {
    private static final String NUMBER = "number";
    private static final String KEY = "key";
    private static final String ACTS = "acts";
    private static final String EVENT_ID = "event_id";
    private static final String EVENT = "event";
    private static final String FOUND = "found";

    Beginning {
        acts = List.copyOf(acts);
    }

    /** The same after the events that were found are signed, with the act that says so. */
    Beginning sealed(AdminAct act) {
        List<AdminAct> all = new ArrayList<>(acts);
        all.add(act);
        return new Beginning(number, key, all, 0);
    }

    /** Reads what {@link #toFileText} wrote. Throws {@link MalformedNoteException}. */
    static Beginning parse(String text) {
        try {
            JsonObject json = new JsonObject(text);
            List<AdminAct> acts = new ArrayList<>();
            for (Object act : json.getJsonArray(ACTS)) {
                acts.add(new AdminAct(((JsonObject) act).getString(EVENT_ID), ((JsonObject) act).getString(EVENT)));
            }
            return new Beginning(
                    json.getInteger(NUMBER), SigningKey.parse(json.getString(KEY)), acts, json.getLong(FOUND));
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            throw new MalformedNoteException("it is not what the signer wrote");
        }
    }

    /** The text of the file. It is a secret. */
    String toFileText() {
        JsonArray recorded = new JsonArray();
        acts.forEach(act ->
                recorded.add(new JsonObject().put(EVENT_ID, act.eventId()).put(EVENT, act.event())));
        return new JsonObject()
                .put(NUMBER, number)
                .put(KEY, key.toFileText())
                .put(ACTS, recorded)
                .put(FOUND, found)
                .encode();
    }
}
