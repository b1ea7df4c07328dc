package dev.sentinel.audit.event;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;

/** An open object or array of the JSON that {@link RedactedJson} writes. One thread. */
final class OpenLevel {
    final MemberNames names = new MemberNames();
    boolean array;
    int members;
    int renamed;
    String name = "";
    /** Whether the current member or element was reported as redacted. */
    boolean reported;
    /** The secrecy that a sibling or the previous element implies for the value that it names. */
    NameSecrecy named = NameSecrecy.NONE;
    /** The secrecy that the name of a list or an object implies for its content. */
    NameSecrecy elements = NameSecrecy.NONE;
    /** Whether a member of this object was a role, whose secret may follow. */
    boolean role;
    /** The position of a value that a later sibling may name; empty if there is none. */
    int valueStart;

    int valueEnd;
    String valueName = "";
    /** Whether a part of that value was reported as redacted. */
    boolean valueReported;

    /** Starts an object or an array. */
    void begin(boolean isArray, NameSecrecy ofElements) {
        names.clear();
        array = isArray;
        members = 0;
        renamed = 1;
        reported = false;
        named = NameSecrecy.NONE;
        role = false;
        elements = ofElements;
        valueStart = 0;
        valueEnd = 0;
    }
}
