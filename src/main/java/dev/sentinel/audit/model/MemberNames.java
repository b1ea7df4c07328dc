package dev.sentinel.audit.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member names of one JSON object, for finding duplicates. Most objects have few members, whose names are compared
 * one by one. Beyond {@value #FEW}, a set keeps the cost linear.
 */
public final class MemberNames {
    private static final int FEW = 8;

    private final String[] few = new String[FEW];
    private int count;
    private @Nullable Set<String> many;

    /** Clears the names for the next object. */
    public void clear() {
        count = 0;
        many = null;
    }

    /** Adds a name. False if it is a duplicate. */
    public boolean add(String name) {
        if (many != null) {
            return many.add(name);
        }
        for (int i = 0; i < count; i++) {
            if (few[i].equals(name)) {
                return false;
            }
        }
        if (count < FEW) {
            few[count++] = name;
            return true;
        }
        many = new HashSet<>(Arrays.asList(few));
        return many.add(name);
    }
}
