package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads bytes as UTF-8. What is none becomes U+FFFD: one for each longest part that could begin a character, as the
 * Unicode standard recommends (section 3.9) and Python does. The JDK counts differently.
 */
final class Utf8Text {
    private Utf8Text() {}

    static String of(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return repaired(bytes);
        }
    }

    private static String repaired(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        int at = 0;
        while (at < bytes.length) {
            int length = length(bytes[at]);
            int end = at + 1;
            while (end < bytes.length && end - at < length && continues(bytes, at, end)) {
                end++;
            }
            if (length > 0 && end - at == length) {
                text.append(new String(bytes, at, length, UTF_8));
            } else {
                text.append('\uFFFD');
            }
            at = end;
        }
        return text.toString();
    }

    /** The bytes of a character that begins so; 0 if none does. */
    private static int length(byte first) {
        int value = first & 0xFF;
        return value < 0x80 ? 1 : value < 0xC2 ? 0 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : value < 0xF5 ? 4 : 0;
    }

    /** Whether a character that began earlier may go on so (table 3-7 of the Unicode standard). */
    private static boolean continues(byte[] bytes, int from, int at) {
        int first = bytes[from] & 0xFF;
        int value = bytes[at] & 0xFF;
        if (at > from + 1) {
            return value >= 0x80 && value <= 0xBF;
        }
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        return value >= least && value <= most;
    }
}
