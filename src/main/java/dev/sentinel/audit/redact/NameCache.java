package dev.sentinel.audit.redact;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The decisions about names: agents use the same few again and again. Bounded by {@link #SLOTS} names of
 * {@link #LONGEST} characters; a new name replaces another one. Any thread: an entry never changes, and a lost entry is
 * decided again.
 */
final class NameCache {
    private static final int SLOTS = 1 << 10;
    private static final int LONGEST = 64;

    private static final class Entry {
        final char[] name;
        final NameSecrecy secrecy;

        Entry(char[] name, NameSecrecy secrecy) {
            this.name = name;
            this.secrecy = secrecy;
        }
    }

    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(SLOTS);

    /** The decision about this name, or null. */
    @Nullable
    NameSecrecy get(char[] text, int from, int to) {
        if (to - from > LONGEST) {
            return null;
        }
        Entry entry = entries.getAcquire(slot(text, from, to));
        return entry != null && isSame(entry.name, text, from, to) ? entry.secrecy : null;
    }

    /** For short names, a loop is faster than {@link Arrays#equals}. */
    private static boolean isSame(char[] name, char[] text, int from, int to) {
        if (name.length != to - from) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (name[i] != text[from + i]) {
                return false;
            }
        }
        return true;
    }

    void put(char[] text, int from, int to, NameSecrecy secrecy) {
        if (to - from <= LONGEST) {
            entries.setRelease(slot(text, from, to), new Entry(Arrays.copyOfRange(text, from, to), secrecy));
        }
    }

    private static int slot(char[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }
}
