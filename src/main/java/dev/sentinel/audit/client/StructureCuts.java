package dev.sentinel.audit.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts objects and arrays to their first values. Large values are cut before small values beside them are left out.
 * Recursion is bounded by the nesting of metadata. One thread.
 */
final class StructureCuts {
    /** Bytes of JSON. A structure that gets less is left out rather than cut. */
    private static final int LEAST = 2048;

    private final PartSizes sizes;

    StructureCuts(PartSizes sizes) {
        this.sizes = sizes;
    }

    /** Cuts a structure so that it takes at most these bytes with its marks, if that is possible. */
    void fit(Part structure, long budget) {
        if (sizes.of(structure) <= budget) {
            return;
        }
        shrinkLargest(structure, budget - 2);
        if (sizes.of(structure) > budget) {
            keepFirst(structure, budget - 2 - sizes.ofMark(structure));
        }
    }

    /** Cuts all structures within this one that are larger than a fair share, unless the share is too small. */
    private void shrinkLargest(Part structure, long budget) {
        long share = share(sizes.within(structure), budget);
        if (share < LEAST) {
            return;
        }
        for (Part within : structure.parts) {
            long size = sizes.of(within) + name(within);
            if (within.structure && size > share) {
                fit(within, share - name(within));
            }
        }
    }

    /** The most that each value may take so that all together take at most this. */
    private static long share(long[] sizes, long budget) {
        long[] sorted = sizes.clone();
        Arrays.sort(sorted);
        long left = budget;
        for (long size : sorted) {
            left -= size;
        }
        for (int larger = 1; larger <= sorted.length; larger++) {
            left += sorted[sorted.length - larger];
            long share = Math.floorDiv(left, larger);
            if (larger == sorted.length || share >= sorted[sorted.length - larger - 1]) {
                return share;
            }
        }
        return budget;
    }

    private void keepFirst(Part structure, long budget) {
        long[] within = sizes.within(structure);
        long left = budget;
        int kept = 0;
        while (kept < within.length && within[kept] <= left) {
            left -= within[kept++];
        }
        Part next = kept < within.length ? part(structure, kept) : null;
        if (next != null && next.structure && left - name(next) >= LEAST) {
            fit(next, left - name(next));
            kept += sizes.of(next) + name(next) <= left ? 1 : 0;
        }
        structure.keep(kept < within.length ? kept : -1);
    }

    private static @Nullable Part part(Part structure, int index) {
        for (Part within : structure.parts) {
            if (within.index == index) {
                return within;
            }
        }
        return null;
    }

    /** The bytes of a member's name with its colon, and of a comma. */
    private static long name(Part part) {
        return part.nameEnd > part.nameStart ? 2L + part.nameEnd - part.nameStart : 1;
    }
}
