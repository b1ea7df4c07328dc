package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.EarlierValue;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.Redactor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an agent's values as an event's metadata and redacts them exactly as the server would. Maps become objects,
 * collections and arrays become arrays, and values without a JSON form become their text. What contains itself, cannot
 * be read or nests too deeply is replaced; what is too large is written as far as {@link TextLoader} allows and then
 * cut by {@link MetadataCuts}. Reused; one thread.
 */
final class MetadataWriter {
    private static final byte[] HIDDEN = {'"', '[', 'R', 'E', 'D', 'A', 'C', 'T', 'E', 'D', ']', '"'};

    /** Levels that are read: beyond those that the server allows, structures become text. Bounds the recursion. */
    private static final int MAX_READ_DEPTH = 2 * EventLimits.MAX_METADATA_DEPTH;

    /** Values that are read of one list or object: more than an event can hold. */
    private static final int MAX_VALUES = 100_000;

    /** Members that are read even if their values have to be left out. */
    private static final int MAX_LATE_MEMBERS = 1_000;

    /** What a structure costs to read, in characters. */
    private static final int STRUCTURE = 16;

    /** A redacted text that may have to be cut has more characters. */
    private static final int SHORT = 256;

    private final JsonBytes out;
    private final Redactor redactor;
    private final TextLoader loader;
    private final TextChars text;
    private final MetadataNames names;
    private final MetadataCuts cuts;
    private final @Nullable MetadataLevel[] levels = new MetadataLevel[MAX_READ_DEPTH];
    private final List<Note> notes = new ArrayList<>();
    private boolean mustCut;
    private int start;

    MetadataWriter(JsonBytes out, Redactor redactor) {
        this.out = out;
        this.redactor = redactor;
        this.loader = new TextLoader(redactor);
        this.text = loader.text;
        this.names = new MetadataNames(loader, redactor);
        this.cuts = new MetadataCuts(out, redactor);
    }

    /**
     * Writes an object with the members of an event.
     *
     * @param marks what is cut in the event's other fields
     */
    void write(EventBuilder event, List<Mark> marks) {
        start = out.length();
        notes.clear();
        mustCut = false;
        loader.begin();
        MetadataLevel level = open(0, false, event.source, NameSecrecy.NONE);
        int count = 0;
        while (count < event.members && !(loader.isExhausted() && count >= MAX_LATE_MEMBERS)) {
            member(level, event.keys[count], event.values[count], NameSecrecy.NONE, count == 0, 1);
            count++;
        }
        if (count < event.members || event.isIncomplete) {
            note(0, start, Note.Kind.CUT, -1, null);
        }
        out.raw('}');
        if (mustCut || !marks.isEmpty() || out.length() - start > EventLimits.MAX_METADATA_BYTES) {
            cuts.apply(start, notes, marks);
        }
    }

    /** @param told the secrecy that the name implies */
    private MetadataLevel open(int depth, boolean array, @Nullable Object source, NameSecrecy told) {
        MetadataLevel level = levels[depth];
        if (level == null) {
            level = new MetadataLevel(redactor);
            levels[depth] = level;
        }
        level.open(array, source, depth == 0 ? null : levels[depth - 1], told);
        out.raw(array ? '[' : '{');
        return level;
    }

    private void member(
            MetadataLevel level,
            @Nullable Object key,
            @Nullable Object value,
            NameSecrecy unnamed,
            boolean first,
            int depth) {
        if (!first) {
            out.raw(',');
        }
        NameSecrecy secrecy = names.load(level, PlainValues.text(key));
        out.string(text.chars(), text.length());
        out.raw(':');
        if (names.isCut()) {
            note(notes.size(), out.length(), Note.Kind.NAME, names.bytes(), names.sha256());
        }
        value(level, value, secrecy == NameSecrecy.NONE ? unnamed : secrecy, depth);
    }

    private void value(MetadataLevel level, @Nullable Object value, NameSecrecy secrecy, int depth) {
        if (value instanceof String given) {
            string(level, given, secrecy, Integer.MAX_VALUE);
        } else if (value == null || value instanceof Boolean) {
            level.neighbors.passed();
            loader.count(2);
            out.ascii(String.valueOf(value));
        } else if (value instanceof Number number && PlainValues.isNumber(number)) {
            digits(level, number.toString(), secrecy);
        } else if (value instanceof Map<?, ?>
                || value instanceof Collection<?>
                || (value.getClass().isArray() && !(value instanceof byte[] || value instanceof char[]))) {
            structure(level, value, secrecy, depth);
        } else if (value instanceof Shortened shortened) {
            string(level, shortened.text(), secrecy, shortened.max());
        } else {
            Object inner = PlainValues.unwrapped(value);
            if (inner == value) {
                string(level, PlainValues.text(value), secrecy, Integer.MAX_VALUE);
            } else {
                value(level, inner, secrecy, depth);
            }
        }
    }

    private void structure(MetadataLevel level, Object value, NameSecrecy secrecy, int depth) {
        if (!level.array && redactor.hidesStructure(secrecy, level.name)) {
            hide();
            return;
        }
        for (int i = 0; i < depth; i++) {
            MetadataLevel around = levels[i];
            if (around != null && around.source == value) {
                string(level, "[circular]", NameSecrecy.NONE, Integer.MAX_VALUE);
                return;
            }
        }
        if (depth == MAX_READ_DEPTH) {
            note(notes.size(), out.length(), Note.Kind.CUT, -1, null);
            string(level, "[too deep]", NameSecrecy.NONE, Integer.MAX_VALUE);
            return;
        }
        level.neighbors.passed();
        int from = out.length();
        int noted = notes.size();
        loader.count(STRUCTURE);
        if (value instanceof Map<?, ?> map) {
            object(map, level.array ? NameSecrecy.NONE : redactor.secrecyWithin(secrecy, level.name), depth, from);
        } else {
            array(value, secrecy, depth, from);
        }
        if (depth == EventLimits.MAX_METADATA_DEPTH) {
            flatten(from, noted);
            level.neighbors.forgetFrom(from);
        }
    }

    /** Replaces a structure that the server does not accept at this depth by its JSON as a text. */
    private void flatten(int from, int noted) {
        String json = new String(out.copy(from, out.length()), UTF_8);
        String clean = redactor.clean(json);
        boolean whole = notes.subList(noted, notes.size()).stream()
                .allMatch(note -> note.kind() == Note.Kind.SIZE || note.sha256() != null);
        notes.subList(noted, notes.size()).clear();
        out.truncate(from);
        Mark mark = Mark.of("", clean == null ? json : clean);
        note(noted, from, Note.Kind.CUT, whole ? mark.bytes() : -1, whole ? mark.sha256() : null);
        text.set(clean == null ? json : clean);
        out.string(text.chars(), text.length());
    }

    /** @param members the secrecy of members whose own names imply none */
    private void object(Map<?, ?> map, NameSecrecy members, int depth, int from) {
        MetadataLevel level = open(depth, false, map, NameSecrecy.NONE);
        int noted = notes.size();
        int count = 0;
        int sound = out.length();
        try {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            for (; entries.hasNext(); count++) {
                if (count == MAX_VALUES || loader.isExhausted()) {
                    note(noted, from, Note.Kind.CUT, -1, null);
                    break;
                }
                Map.Entry<?, ?> entry = entries.next();
                Object key = entry.getKey();
                Object value = entry.getValue();
                member(level, key, value, members, count == 0, depth + 1);
                sound = out.length();
            }
        } catch (Throwable e) {
            endAt(sound, noted, from);
            level.neighbors.forgetFrom(sound);
        }
        level.neighbors.end();
        out.raw('}');
    }

    private void array(Object values, NameSecrecy elements, int depth, int from) {
        MetadataLevel level = open(depth, true, values, elements);
        int noted = notes.size();
        int count = 0;
        int sound = out.length();
        try {
            Iterator<?> iterator = iterator(values);
            for (; iterator.hasNext(); count++) {
                if (count == MAX_VALUES || loader.isExhausted()) {
                    note(noted, from, Note.Kind.CUT, -1, null);
                    break;
                }
                Object value = iterator.next();
                if (count > 0) {
                    out.raw(',');
                }
                value(level, value, elements, depth + 1);
                sound = out.length();
            }
        } catch (Throwable e) {
            endAt(sound, noted, from);
        }
        out.raw(']');
    }

    /** Keeps what was read of a structure that could not be read on: another thread may be changing it. */
    private void endAt(int sound, int noted, int from) {
        notes.removeIf(note -> note.position() >= sound - start);
        out.truncate(sound);
        note(noted, from, Note.Kind.CUT, -1, null);
    }

    /** The elements, of a list as they are at this moment. */
    private static Iterator<?> iterator(Object values) {
        if (values.getClass() == ArrayList.class && ((ArrayList<?>) values).size() <= MAX_VALUES) {
            return Arrays.asList(((ArrayList<?>) values).toArray()).iterator();
        }
        return values instanceof Collection<?> collection ? collection.iterator() : new ArrayIterator(values);
    }

    private void digits(MetadataLevel level, String digits, NameSecrecy secrecy) {
        if (digits.length() > EventLimits.MAX_NUMBER) {
            // The server refuses longer numbers, which are no reason to lose an event.
            string(level, digits, secrecy, Integer.MAX_VALUE);
            return;
        }
        level.neighbors.passed();
        loader.count(digits.length() + 1);
        text.set(digits);
        if (redactor.hidesInteger(secrecy, level.array ? null : level.name, text.chars(), 0, text.length())) {
            out.raw(HIDDEN);
        } else {
            out.ascii(digits);
        }
    }

    /** @param max the characters that are kept */
    private void string(MetadataLevel level, String value, NameSecrecy told, int max) {
        loader.load(value);
        if (level.neighbors.hides(told, text.chars(), 0, text.length())) {
            hide();
            return;
        }
        int from = out.length();
        String clean = loader.clean();
        if (!loader.isWhole() && max == Integer.MAX_VALUE) {
            note(notes.size(), from, Note.Kind.CUT, loader.bytes(), null);
        } else if (clean != null && text.length() > SHORT) {
            note(notes.size(), from, Note.Kind.SIZE, text.utf8Size(), null);
        }
        if (clean != null) {
            text.set(clean);
        }
        if (text.codePoints() > max) {
            text.set(CutText.first(text.toString(), max, redactor) + "…");
        }
        out.string(text.chars(), text.length());
        List<EarlierValue> secrets = level.neighbors.written(from, out.length(), false);
        if (!secrets.isEmpty()) {
            replace(secrets);
        }
    }

    /** Replaces texts that the last one makes secrets. */
    private void replace(List<EarlierValue> secrets) {
        for (EarlierValue secret : secrets) {
            if (!out.has(secret.start(), HIDDEN)) {
                redactor.replacedByKey();
            }
        }
        out.replace(secrets, HIDDEN);
        List<Note> kept = new ArrayList<>();
        int next = 0;
        int shift = 0;
        for (Note note : notes) {
            // What is noted of a value itself has its position, as has what is noted of its name.
            while (next < secrets.size() && secrets.get(next).start() - start < note.position()) {
                shift += HIDDEN.length
                        - (secrets.get(next).end() - secrets.get(next).start());
                next++;
            }
            boolean ofSecret = next < secrets.size() && secrets.get(next).start() - start == note.position();
            if (!ofSecret || note.kind() == Note.Kind.NAME) {
                kept.add(shift == 0 ? note : note.movedBy(shift));
            }
        }
        notes.clear();
        notes.addAll(kept);
    }

    private void hide() {
        redactor.replacedByKey();
        out.raw(HIDDEN);
    }

    /** Notes must be in the order of their positions. */
    private void note(int index, int position, Note.Kind kind, long bytes, @Nullable String sha256) {
        notes.add(index, new Note(kind, position - start, bytes, sha256));
        mustCut |= kind != Note.Kind.SIZE;
    }
}
