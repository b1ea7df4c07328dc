package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text of a request body, whose encoding is validated before a parser reads it: Jackson would guess the encoding of
 * bytes, and decoders replace invalid ones.
 */
public final class BodyText {
    private static final String NOT_JSON = "is not valid JSON";

    private BodyText() {}

    /**
     * The text without its byte order mark.
     *
     * @throws MalformedJsonException if the body is not UTF-8 or has a NUL byte
     */
    public static String of(byte[] body) {
        int start = afterByteOrderMark(body);
        String defect = encodingDefect(body, start, body.length);
        if (defect != null) {
            throw new MalformedJsonException("The body " + defect + ".");
        }
        return of(body, start, body.length);
    }

    /** The refusal of a body that is not JSON. */
    public static MalformedJsonException malformed(IOException cause) {
        return new MalformedJsonException("The body " + syntaxDefect(cause) + ".");
    }

    /** The refusal of a body with nothing in it. */
    public static MalformedJsonException empty() {
        return new MalformedJsonException("The body is empty.");
    }

    /** The refusal of a body of several values. */
    public static MalformedJsonException continued() {
        return new MalformedJsonException("The body has something after its JSON value.");
    }

    static String of(byte[] body, int start, int end) {
        return new String(body, start, end - start, StandardCharsets.UTF_8);
    }

    /** JSON has no byte order mark, but some clients write one, so it is skipped. A second one is an error. */
    static int afterByteOrderMark(byte[] body) {
        return body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF ? 3 : 0;
    }

    static @Nullable String encodingDefect(byte[] body, int start, int end) {
        int invalid = Utf8.firstInvalid(body, start, end);
        if (invalid < 0) {
            return null;
        }
        String what = body[invalid] == 0 ? "has a NUL byte" : "is not valid UTF-8";
        return String.format(Locale.ROOT, "%s (byte %d)", what, invalid - start + 1);
    }

    /** Reports the position but not the content: Jackson's own messages quote the body. */
    static String syntaxDefect(IOException cause) {
        if (cause instanceof StreamConstraintsException) {
            return String.format(Locale.ROOT, "nests deeper than %,d levels", StrictJson.MAX_NESTING);
        }
        JsonLocation where = cause instanceof JacksonException jackson ? jackson.getLocation() : null;
        return where == null
                ? NOT_JSON
                : String.format(
                        Locale.ROOT, "%s (line %d, column %d)", NOT_JSON, where.getLineNr(), where.getColumnNr());
    }
}
