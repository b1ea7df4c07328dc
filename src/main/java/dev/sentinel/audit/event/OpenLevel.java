package dev.sentinel.audit.event;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;

/** An open object or array of the JSON that {@link RedactedJson} writes. One thread. */
final class OpenLevel {
    private static final String COOKIES = "cookies";

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
    /** Whether the objects of this list are cookies, which have a name and a value. */
    boolean cookies;
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
        cookies = false;
        role = false;
        elements = ofElements;
        valueStart = 0;
        valueEnd = 0;
    }

    /**
     * The same of a list of cookies, {@code "cookies":[{"name":"id","value":"V"}]}, or one of them: their values are
     * secrets, whatever their names are.
     *
     * @param told the secrecy that the name of the list implies
     */
    void beginOfCookies(OpenLevel around, NameSecrecy told) {
        cookies = array
                && !around.array
                && told.compareTo(NameSecrecy.TEXT) >= 0
                // Of ASCII, as in the SDK: another letter may have an i as its small one.
                && around.name.chars().allMatch(c -> c < 0x80)
                && around.name.equalsIgnoreCase(COOKIES);
        if (!array && around.array && around.cookies) {
            named = NameSecrecy.ANY;
        }
    }
}
