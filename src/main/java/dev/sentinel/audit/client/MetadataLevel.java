package dev.sentinel.audit.client;

import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.Neighbors;
import dev.sentinel.audit.redact.Redactor;
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

    final Neighbors neighbors;

    MetadataLevel(Redactor redactor) {
        neighbors = new Neighbors(redactor);
    }

    /**
     * Starts an object or an array.
     *
     * @param around what it is in; null if that is nothing
     * @param told the secrecy that its name implies
     */
    void open(boolean isArray, @Nullable Object of, @Nullable MetadataLevel around, NameSecrecy told) {
        names.clear();
        numbers = null;
        array = isArray;
        source = of;
        neighbors.begin(isArray, around == null ? null : around.neighbors, told);
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
}
