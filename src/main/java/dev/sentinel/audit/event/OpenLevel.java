package dev.sentinel.audit.event;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.Neighbors;
import dev.sentinel.audit.redact.Redactor;
import org.jspecify.annotations.Nullable;

/** An open object or array of the JSON that {@link RedactedJson} writes. One thread. */
final class OpenLevel {
    final MemberNames names = new MemberNames();
    boolean array;
    int members;
    int renamed;
    String name = "";
    /** Whether the current member or element was reported as redacted. */
    boolean reported;
    /** The secrecy that the name of a list or an object implies for its content. */
    NameSecrecy elements = NameSecrecy.NONE;

    final Neighbors neighbors;

    OpenLevel(Redactor redactor) {
        neighbors = new Neighbors(redactor);
    }

    /**
     * Starts an object or an array.
     *
     * @param around what it is in; null if that is nothing
     * @param told the secrecy that its name implies
     */
    void begin(boolean isArray, NameSecrecy ofElements, @Nullable OpenLevel around, NameSecrecy told) {
        names.clear();
        array = isArray;
        members = 0;
        renamed = 1;
        reported = false;
        elements = ofElements;
        neighbors.begin(isArray, around == null ? null : around.neighbors, told);
    }
}
