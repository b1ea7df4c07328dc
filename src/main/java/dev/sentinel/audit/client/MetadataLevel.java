package dev.sentinel.audit.client;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
import org.jspecify.annotations.Nullable;

/** An object or array that {@link MetadataWriter} is writing. Reused. */
final class MetadataLevel {
    final MemberNames names = new MemberNames();
    boolean array;
    String name = "";

    /** The agent's own map, list or array, to recognize it within itself. */
    @Nullable
    Object source;

    /** The secrecy that a sibling or the previous element implies for the value that it names. */
    NameSecrecy named = NameSecrecy.NONE;

    /** The position of a value that a later sibling may name; empty if there is none. */
    int valueStart;

    int valueEnd;

    void open(boolean isArray, @Nullable Object of) {
        names.clear();
        array = isArray;
        source = of;
        named = NameSecrecy.NONE;
        valueStart = 0;
        valueEnd = 0;
    }

    /** What an element says, it says of the next one only. */
    void passed() {
        if (array) {
            named = NameSecrecy.NONE;
        }
    }
}
