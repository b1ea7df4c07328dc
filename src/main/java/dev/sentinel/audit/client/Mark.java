package dev.sentinel.audit.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Says in an event's metadata what the SDK has cut: {@code {"pointer":"/metadata/output","bytes":102400,"sha256":"…"}}.
 *
 * @param pointer the JSON pointer (RFC 6901) of what was cut, within the event
 * @param bytes the size of the original: of its UTF-8 text or, for a list or an object, of its JSON; negative if it was
 *     not read as a whole
 * @param sha256 the digest of the original after redaction, in hexadecimal digits; null if it was not read as a whole
 */
record Mark(String pointer, long bytes, @Nullable String sha256) {
    private static final int DIGEST_DIGITS = 64;

    /** A mark for a text that was read as a whole and holds no secret. */
    static Mark of(String pointer, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = digest();
        digest.update(utf8);
        return new Mark(pointer, utf8.length, hex(digest));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Writes this mark as JSON. */
    void write(JsonBytes out, TextChars text) {
        out.ascii("{\"pointer\":");
        text.set(pointer);
        out.string(text.chars(), text.length());
        if (bytes >= 0) {
            out.ascii(",\"bytes\":" + bytes);
        }
        if (sha256 != null) {
            out.ascii(",\"sha256\":\"" + sha256 + "\"");
        }
        out.raw('}');
    }

    /** The size of a mark and a comma as JSON. Its digest need not be known yet. */
    static int size(int pointerSize, long bytes, boolean digested) {
        return "{\"pointer\":},".length()
                + pointerSize
                + (bytes < 0 ? 0 : ",\"bytes\":".length() + Long.toString(bytes).length())
                + (digested ? ",\"sha256\":\"\"".length() + DIGEST_DIGITS : 0);
    }
}
