package dev.sentinel.audit.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value within metadata that can be cut or has a note: an object, an array, or a text. Other values are only
 * positions in their object or array, so that a list of many numbers takes four bytes for each.
 */
final class Part {
    /** The object or array around this value; null for the metadata itself. */
    final @Nullable Part around;

    /** The position among its siblings. */
    final int index;

    /** The first byte of the value, after the member's name. */
    final int start;

    /** After the last byte. */
    int end;

    final boolean structure;

    /** The values of an object or array that are parts themselves, in order. */
    final List<Part> parts = new ArrayList<>(0);

    /** The member's name as JSON; empty for an element of an array. */
    int nameStart;

    int nameEnd;

    @Nullable
    Note size;

    @Nullable
    Note cut;

    @Nullable
    Note nameCut;

    /** Whether this value or a value within it was not read as a whole, so that there is no digest of it. */
    boolean unread;

    /** How much is kept: values of an object or array, or bytes between the quotes of a text; negative for all. */
    private int kept = -1;

    /** The result of {@link PartSizes#of} until something within this value is cut; negative if it is not known. */
    long total = -1;

    private int[] ends = {};
    private int count;

    Part(@Nullable Part around, int index, int start, boolean structure) {
        this.around = around;
        this.index = index;
        this.start = start;
        this.structure = structure;
    }

    /** Adds a value of this object or array, which ends at this position. */
    void add(int valueEnd) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(4, 2 * count));
        }
        ends[count++] = valueEnd;
    }

    /** The number of values in this object or array. */
    int count() {
        return count;
    }

    int kept() {
        return kept;
    }

    /** Cuts this value. */
    void keep(int number) {
        kept = number;
        for (Part part = this; part != null && part.total >= 0; part = part.around) {
            part.total = -1;
        }
    }

    /** The number of values that are kept. */
    int keptCount() {
        return kept < 0 ? count : kept;
    }

    /** Where the value at this position among its siblings begins, with its name. */
    int from(int i) {
        return i == 0 ? start + 1 : ends[i - 1] + 1;
    }

    int to(int i) {
        return ends[i];
    }

    /** Whether something of this value itself is missing. */
    boolean isCut() {
        return kept >= 0 || cut != null;
    }
}
