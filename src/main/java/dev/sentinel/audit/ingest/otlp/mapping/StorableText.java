package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.redact.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Makes texts of strangers storable: both stores hold neither NUL nor half a surrogate pair, and lengths are bounded.
 */
final class StorableText {
    /** Stands at the end of a cut text. */
    static final String ELLIPSIS = "…";

    /** Bytes of {@link #ELLIPSIS} in UTF-8. */
    static final int ELLIPSIS_BYTES = 3;

    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    /** The text with U+FFFD for NUL and for each lone surrogate; mostly the same object. */
    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return replaced(text, i);
            }
        }
        return text;
    }

    private static String replaced(String text, int first) {
        char[] chars = text.toCharArray();
        for (int i = first; i < chars.length; i++) {
            char c = chars[i];
            if (Character.isHighSurrogate(c) && i + 1 < chars.length && Character.isLowSurrogate(chars[i + 1])) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                chars[i] = REPLACEMENT;
            }
        }
        return new String(chars);
    }

    /** The beginning of a text, with an ellipsis if it is longer than this many code points. */
    static String cut(String text, int max) {
        if (text.length() <= max || text.codePointCount(0, text.length()) <= max) {
            return text;
        }
        return beginning(text, text.offsetByCodePoints(0, max - 1)) + ELLIPSIS;
    }

    /** The beginning of a text, with an ellipsis if it is longer than this many bytes of UTF-8. */
    static String cutBytes(String text, int max) {
        if (utf8Length(text) <= max) {
            return text;
        }
        int end = 0;
        int bytes = ELLIPSIS_BYTES;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            bytes += utf8Length(codePoint);
            if (bytes > max) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return beginning(text, end) + ELLIPSIS;
    }

    /** Half a replacement would look like a secret. */
    private static String beginning(String text, int end) {
        int replaced = text.lastIndexOf(RedactionRules.REPLACEMENT, end - 1);
        boolean split = replaced >= 0 && replaced + RedactionRules.REPLACEMENT.length() > end;
        return text.substring(0, split ? replaced : end);
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Bytes of UTF-8. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate is half of four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    private static int utf8Length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
