package dev.sentinel.audit.client;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object or array that {@link MetadataWriter} is writing. Reused. */
final class MetadataLevel {
    final MemberNames names = new MemberNames();

    /** The number that makes the next name distinct, by the name that repeats. Null while none does. */
    private @Nullable Map<String, Integer> numbers;

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
        numbers = null;
        array = isArray;
        source = of;
        named = NameSecrecy.NONE;
        valueStart = 0;
        valueEnd = 0;
    }

    /**
     * A name that no other member has: this one, with a number if it is taken. Takes the same time for each of many
     * equal names.
     */
    String distinct(String wanted) {
        if (names.add(wanted)) {
            return wanted;
        }
        if (numbers == null) {
            numbers = new HashMap<>();
        }
        int number = numbers.getOrDefault(wanted, 2);
        while (!names.add(wanted + " " + number)) {
            number++;
        }
        numbers.put(wanted, number + 1);
        return wanted + " " + number;
    }

    /** What an element says, it says of the next one only. */
    void passed() {
        if (array) {
            named = NameSecrecy.NONE;
        }
    }
}
