package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts the longest texts of metadata to one length, so that no text is cut while a longer one stays. Texts are redacted
 * before, and a replacement is never cut in two. One thread.
 */
final class TextCuts {
    /** Bytes of JSON that are left of every text. A mark takes about 150, so to cut further would save little. */
    static final int LEAST = 1024;

    private static final byte[] REPLACEMENT = RedactionRules.REPLACEMENT.getBytes(StandardCharsets.US_ASCII);

    private final JsonParts parts;
    private final byte[] json;
    private final PartSizes sizes;
    private final Redactor redactor;

    TextCuts(JsonParts parts, PartSizes sizes, Redactor redactor) {
        this.parts = parts;
        this.json = parts.json();
        this.sizes = sizes;
        this.redactor = redactor;
    }

    /**
     * Cuts as many of these texts as needed, or all of them if that is not enough.
     *
     * @param excess the bytes to save, including those that the marks of these texts will take
     */
    void save(List<Part> texts, long excess) {
        List<Part> longest = new ArrayList<>(texts);
        longest.sort(Comparator.comparingInt((Part text) -> text.end - text.start)
                .reversed()
                .thenComparingInt(text -> text.start));
        long left = -excess;
        for (int i = 0; i < longest.size(); i++) {
            Part text = longest.get(i);
            left += text.end - text.start - (text.isCut() ? 0 : sizes.ofMark(text));
            long length = Math.floorDiv(left, i + 1);
            int next = i + 1 < longest.size() ? longest.get(i + 1).end - longest.get(i + 1).start : 0;
            if (length >= LEAST && length >= next) {
                longest.subList(0, i + 1).forEach(cut -> shorten(cut, length));
                return;
            }
        }
        longest.forEach(cut -> shorten(cut, LEAST));
    }

    /** Keeps as many characters as fit into these bytes of JSON, with the quotes. */
    private void shorten(Part text, long bytes) {
        int from = text.start + 1;
        int end = text.end - 1;
        if (text.end - text.start <= bytes) {
            return;
        }
        int at = from;
        while (at < end && at + unit(at) - from <= bytes - 2) {
            at += unit(at);
        }
        text.keep(clean(from, beforeReplacement(from, at, end)));
    }

    /** The bytes in which there is nothing to redact. */
    private int clean(int from, int to) {
        String beginning = parts.text(from, to);
        String clean = CutText.clean(beginning, redactor);
        if (clean.length() == beginning.length()) {
            return to - from;
        }
        JsonBytes written = new JsonBytes();
        TextChars chars = new TextChars();
        chars.set(clean);
        written.string(chars.chars(), chars.length());
        return written.length() - 2;
    }

    /** The bytes of the character or the escape that begins here. */
    private int unit(int at) {
        byte first = json[at];
        if (first == '\\') {
            return json[at + 1] == 'u' ? 6 : 2;
        }
        return first >= 0 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    }

    private int beforeReplacement(int from, int cut, int end) {
        for (int at = Math.max(from, cut - REPLACEMENT.length + 1); at < cut; at++) {
            int to = at + REPLACEMENT.length;
            if (to <= end && Arrays.equals(json, at, to, REPLACEMENT, 0, REPLACEMENT.length)) {
                return at;
            }
        }
        return cut;
    }
}
