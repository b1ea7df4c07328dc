package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The lexical rules that the formats of C2SP share. Each value has exactly one accepted spelling, so that a parsed text
 * and its printed form are equal. The first argument names what is checked, for the message.
 */
final class Syntax {
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,18}");

    private Syntax() {}

    /** Decodes UTF-8 without replacing anything. */
    static String utf8(String what, byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedNoteException(what + " is not valid UTF-8");
        }
    }

    /** Requires what signed-note requires of every note: no unpaired surrogate, no control character but line feeds. */
    static void requireNoteCharacters(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\n') {
                throw new MalformedNoteException(what + " contains a control character");
            }
        }
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw new MalformedNoteException(what + " is not valid Unicode");
        }
    }

    /** Requires a key name of signed-note. */
    static void requireKeyName(String name) {
        if (name.isEmpty()) {
            throw new MalformedNoteException("the key name is empty");
        }
        if (name.indexOf('+') >= 0 || name.codePoints().anyMatch(Syntax::isSpace)) {
            throw new MalformedNoteException("the key name contains a space or a plus");
        }
        requireNoteCharacters("the key name", name);
    }

    private static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == 0x85;
    }

    /** Decodes standard base64 with padding. Unlike the JDK's decoder it refuses missing padding and stray bits. */
    static byte[] base64(String what, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // Its message repeats a character of the text, which may be a private key.
            throw new MalformedNoteException(what + " is not valid base64");
        }
        if (!base64(bytes).equals(text)) {
            throw new MalformedNoteException(what + " is not valid base64");
        }
        return bytes;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Parses a number that is neither negative nor has leading zeros. */
    static long decimal(String what, String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new MalformedNoteException(what + " is not a decimal number without leading zeros");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedNoteException(what + " is too large");
        }
    }
}
