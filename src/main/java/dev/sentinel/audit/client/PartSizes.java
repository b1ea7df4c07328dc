package dev.sentinel.audit.client;

/** How many bytes of JSON a value takes with all marks that it needs, as far as it is cut now. One thread. */
final class PartSizes {
    private final JsonParts json;
    private final JsonBytes scratch = new JsonBytes();
    private final TextChars text = new TextChars();

    PartSizes(JsonParts json) {
        this.json = json;
    }

    /** The value without the name of its member. */
    long of(Part part) {
        if (part.total < 0) {
            long size = part.structure
                    ? structure(part)
                    : part.kept() < 0 ? (long) part.end - part.start : part.kept() + 2L;
            size += part.isCut() ? ofMark(part) : 0;
            part.total =
                    size + (part.nameCut == null ? 0 : of(part, part.nameCut.bytes(), part.nameCut.sha256() != null));
        }
        return part.total;
    }

    private long structure(Part part) {
        int kept = part.keptCount();
        long size = kept == 0 ? 2 : 2L + part.to(kept - 1) - part.from(0);
        for (Part within : part.parts) {
            if (within.index < kept) {
                size += of(within) - (within.end - within.start);
            }
        }
        return size;
    }

    /** The sizes of all values of a structure, each with its name and a comma. */
    long[] within(Part structure) {
        long[] sizes = new long[structure.count()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = 1L + structure.to(i) - structure.from(i);
        }
        for (Part within : structure.parts) {
            sizes[within.index] += of(within) - (within.end - within.start);
        }
        return sizes;
    }

    /** An upper bound on the mark of a value, with a comma. */
    int ofMark(Part part) {
        Note known = part.cut == null ? part.size : part.cut;
        boolean digested = part.cut == null ? !part.unread : part.cut.sha256() != null;
        // The JSON of a text is never shorter than the text.
        long bytes = known != null ? known.bytes() : part.unread ? -1L : (long) part.end - part.start;
        return of(part, bytes, digested);
    }

    private int of(Part part, long bytes, boolean digested) {
        scratch.clear();
        text.set(json.pointer(part));
        scratch.string(text.chars(), text.length());
        return Mark.size(scratch.length(), bytes, digested);
    }
}
