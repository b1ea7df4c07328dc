package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.redact.Redactor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as {@link MetadataWriter} has written it, with the positions of all that can be cut. Reads the JSON once.
 * Does not recurse. One thread.
 */
final class JsonParts {
    /** Bytes of JSON. Shorter texts are cut only together with their list or object. */
    static final int LONG_TEXT = 2048;

    private final byte[] json;
    private final List<Note> notes;
    private final Redactor redactor;
    private final List<Part> longTexts = new ArrayList<>();
    private int nextNote;

    /**
     * @param json an object, minified
     * @param notes in the order of their positions
     */
    JsonParts(byte[] json, List<Note> notes, Redactor redactor) {
        this.json = json;
        this.notes = notes;
        this.redactor = redactor;
    }

    byte[] json() {
        return json;
    }

    /** The texts of more than {@link #LONG_TEXT} bytes, in the order of the JSON. */
    List<Part> longTexts() {
        return longTexts;
    }

    /** Reads the object. */
    Part read() {
        Part root = new Part(null, 0, 0, true);
        takeNotes(root);
        Part level = root;
        int at = 1;
        while (true) {
            byte first = json[at];
            if (first == ',') {
                at++;
            } else if (first == '}' || first == ']') {
                level.end = ++at;
                if (level.around == null) {
                    return root;
                }
                level = level.around;
                level.add(at);
            } else {
                Part value = value(level, at);
                if (value.structure) {
                    level.parts.add(value);
                    level = value;
                    at = value.start + 1;
                } else {
                    at = value.end;
                    level.add(at);
                }
            }
        }
    }

    /** The value, or the member, that begins here. It belongs to its level only if it can be cut or has a note. */
    private Part value(Part level, int from) {
        boolean named = json[level.start] == '{';
        int nameEnd = named ? textEnd(from) : from;
        int start = named ? nameEnd + 1 : from;
        boolean structure = json[start] == '{' || json[start] == '[';
        Part value = new Part(level, level.count(), start, structure);
        value.nameStart = from;
        value.nameEnd = nameEnd;
        boolean noted = takeNotes(value);
        if (!structure) {
            boolean text = json[start] == '"';
            value.end = text ? textEnd(start) : scalarEnd(start);
            boolean isLong = text && value.end - start > LONG_TEXT;
            if (isLong) {
                longTexts.add(value);
            }
            if (isLong || noted) {
                level.parts.add(value);
            }
        }
        return value;
    }

    private boolean takeNotes(Part value) {
        boolean taken = false;
        for (; nextNote < notes.size() && notes.get(nextNote).position() <= value.start; nextNote++) {
            Note note = notes.get(nextNote);
            switch (note.kind()) {
                case SIZE -> value.size = note;
                case NAME -> value.nameCut = note;
                case CUT -> {
                    value.cut = note;
                    for (Part part = value; note.sha256() == null && part != null; part = part.around) {
                        part.unread = true;
                    }
                }
            }
            taken = true;
        }
        return taken;
    }

    private int textEnd(int quote) {
        int at = quote + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private int scalarEnd(int from) {
        int at = from;
        while (json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
        return at;
    }

    /** The JSON pointer of a value, within the event. */
    String pointer(Part part) {
        StringBuilder pointer = new StringBuilder();
        append(pointer, part);
        String text = pointer.toString();
        String clean = redactor.clean(text);
        return clean == null ? text : clean;
    }

    private void append(StringBuilder pointer, Part part) {
        Part around = part.around;
        if (around == null) {
            pointer.append('/').append(EventJson.METADATA);
            return;
        }
        append(pointer, around);
        String token = part.nameEnd > part.nameStart ? text(part.nameStart + 1, part.nameEnd - 1) : "" + part.index;
        pointer.append('/').append(token.replace("~", "~0").replace("/", "~1"));
    }

    /** The text between these positions, which are within the quotes. */
    String text(int from, int to) {
        return String.valueOf(JsonReader.read('"' + new String(json, from, to - from, UTF_8) + '"'));
    }

    /** The mark for a value that is cut. */
    Mark mark(Part part) {
        if (part.cut != null) {
            return new Mark(pointer(part), part.cut.bytes(), part.cut.sha256());
        }
        if (part.unread) {
            return new Mark(pointer(part), -1, null);
        }
        if (!part.structure) {
            Mark mark = Mark.of(pointer(part), text(part.start + 1, part.end - 1));
            return part.size == null ? mark : new Mark(mark.pointer(), part.size.bytes(), mark.sha256());
        }
        var digest = Mark.digest();
        digest.update(json, part.start, part.end - part.start);
        return new Mark(pointer(part), (long) part.end - part.start, Mark.hex(digest));
    }

    /** The mark for the name of a member; null if the name is not cut. */
    @Nullable
    Mark nameMark(Part part) {
        Note cut = part.nameCut;
        return cut == null ? null : new Mark(pointer(part), cut.bytes(), cut.sha256());
    }
}
