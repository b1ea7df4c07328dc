package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.Redactor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts metadata to {@link EventLimits#MAX_METADATA_BYTES} and adds the marks of all that is cut in the event: first the
 * longest texts, and if that is not enough, the ends of lists and objects. Works on JSON that is redacted already, so
 * that no half of a secret stays. Reads the JSON a bounded number of times. One thread.
 */
final class MetadataCuts {
    private static final String MARKS = "truncated";

    private final JsonBytes out;
    private final Redactor redactor;
    private final TextChars text = new TextChars();

    MetadataCuts(JsonBytes out, Redactor redactor) {
        this.out = out;
        this.redactor = redactor;
    }

    /**
     * Replaces the metadata at the end of the output.
     *
     * @param start where the metadata begins in the output
     * @param notes what is known of values in it; positions count from its beginning
     * @param given marks of the event's other fields
     */
    void apply(int start, List<Note> notes, List<Mark> given) {
        JsonParts json = new JsonParts(out.copy(start, out.length()), notes, redactor);
        Part root = json.read();
        String name = name(json, root);
        // The name, a colon, a comma and two brackets.
        long fixed = name.length() + 6L;
        for (Mark mark : given) {
            fixed += size(mark) + 1;
        }
        PartSizes sizes = new PartSizes(json);
        long excess = sizes.of(root) + fixed - EventLimits.MAX_METADATA_BYTES;
        if (excess > 0) {
            new TextCuts(json, sizes, redactor).save(json.longTexts(), excess);
            new StructureCuts(sizes).fit(root, EventLimits.MAX_METADATA_BYTES - fixed);
        }
        if (sizes.of(root) + fixed > EventLimits.MAX_METADATA_BYTES) {
            root.keep(0);
        }
        write(json, root, name, start, given);
    }

    /** The name of the marks: that of no other member. */
    private static String name(JsonParts json, Part root) {
        byte[] quoted = ('"' + MARKS).getBytes(UTF_8);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < root.count(); i++) {
            int from = root.from(i);
            if (startsWith(json.json(), from, quoted)) {
                int end = from + quoted.length;
                while (json.json()[end] != '"') {
                    end++;
                }
                taken.add(new String(json.json(), from + 1, end - from - 1, UTF_8));
            }
        }
        String name = MARKS;
        for (int i = 2; taken.contains(name); i++) {
            name = MARKS + " " + i;
        }
        return name;
    }

    private static boolean startsWith(byte[] json, int from, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (from + i >= json.length || json[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private int size(Mark mark) {
        int from = out.length();
        mark.write(out, text);
        int size = out.length() - from;
        out.truncate(from);
        return size;
    }

    private void write(JsonParts json, Part root, String name, int start, List<Mark> given) {
        List<Mark> marks = new ArrayList<>(given);
        out.truncate(start);
        write(json, root, marks);
        if (marks.isEmpty()) {
            return;
        }
        out.truncate(out.length() - 1);
        if (root.keptCount() > 0) {
            out.raw(',');
        }
        out.ascii("\"" + name + "\":[");
        for (int i = 0; i < marks.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            marks.get(i).write(out, text);
        }
        out.ascii("]}");
    }

    private void write(JsonParts json, Part part, List<Mark> marks) {
        add(marks, json.nameMark(part));
        add(marks, part.isCut() ? json.mark(part) : null);
        if (!part.structure) {
            out.raw(json.json(), part.start, part.kept() < 0 ? part.end : part.start + 1 + part.kept());
            if (part.kept() >= 0) {
                out.raw('"');
            }
            return;
        }
        int kept = part.keptCount();
        int from = part.start;
        for (Part within : part.parts) {
            if (within.index < kept) {
                out.raw(json.json(), from, within.start);
                write(json, within, marks);
                from = within.end;
            }
        }
        out.raw(json.json(), from, kept == 0 ? part.start + 1 : part.to(kept - 1));
        out.raw(json.json(), part.end - 1, part.end);
    }

    private static void add(List<Mark> marks, @Nullable Mark mark) {
        if (mark != null) {
            marks.add(mark);
        }
    }
}
