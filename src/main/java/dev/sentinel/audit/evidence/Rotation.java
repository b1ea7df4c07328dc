package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.keys.AdminAct;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A replacement of the key of a number. It is decided when it is on disk, and its file is deleted when all is done: so
 * a crash in between loses neither the new key nor the event about it.
 *
 * @param number the one whose key is replaced
 * @param before the key that is replaced
 * @param next the key that replaces it
 * @param until when the replaced key ends to sign, too
 * @param act what the log must record
 */
record Rotation(int number, VerifierKey before, SigningKey next, Instant until, AdminAct act) {
    private static final String NUMBER = "number";
    private static final String BEFORE = "before";
    private static final String NEXT = "next";
    private static final String UNTIL = "until";
    private static final String EVENT_ID = "event_id";
    private static final String EVENT = "event";

    /** Whether both are one decision: keys have no equality. */
    boolean isSame(Rotation other) {
        return act.equals(other.act);
    }

    /** Whether this key is the one that replaces, so that it is done. */
    boolean isBy(SigningKey primary) {
        return primary.verifierKey().equals(next.verifierKey());
    }

    /** Whether it is done, or can be: with another key it means nothing. */
    boolean concerns(SigningKey primary) {
        return isBy(primary) || primary.verifierKey().equals(before);
    }

    /** Reads what {@link #toFileText} wrote. Throws {@link MalformedNoteException}. */
    static Rotation parse(String text) {
        try {
            JsonObject json = new JsonObject(text);
            return new Rotation(
                    json.getInteger(NUMBER),
                    VerifierKey.parse(json.getString(BEFORE)),
                    SigningKey.parse(json.getString(NEXT)),
                    Instant.parse(json.getString(UNTIL)),
                    new AdminAct(json.getString(EVENT_ID), json.getString(EVENT)));
        } catch (DecodeException | DateTimeException | ClassCastException | NullPointerException e) {
            throw new MalformedNoteException("it is not what the signer wrote");
        }
    }

    /** The text of the file. It is a secret. */
    String toFileText() {
        return new JsonObject()
                .put(NUMBER, number)
                .put(BEFORE, before.toString())
                .put(NEXT, next.toFileText())
                .put(UNTIL, until.toString())
                .put(EVENT_ID, act.eventId())
                .put(EVENT, act.event())
                .encode();
    }
}
