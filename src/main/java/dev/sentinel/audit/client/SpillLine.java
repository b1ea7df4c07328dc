package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The line format of a spill file: the CRC-32 of the JSON in eight hexadecimal digits, a space, the JSON, a line feed.
 * The JSON contains no line feed, so a damaged line does not affect the next one.
 */
final class SpillLine {
    private static final int PREFIX = 9;
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    private SpillLine() {}

    static byte[] of(byte[] event) {
        byte[] line = new byte[PREFIX + event.length + 1];
        checksum(event, 0, event.length, line);
        line[PREFIX - 1] = ' ';
        System.arraycopy(event, 0, line, PREFIX, event.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** The event of the line whose line feed is at {@code to}; null if the line is damaged. */
    static byte @Nullable [] event(byte[] bytes, int from, int to) {
        if (to - from <= PREFIX) {
            return null;
        }
        byte[] expected = new byte[PREFIX - 1];
        checksum(bytes, from + PREFIX, to, expected);
        boolean sound = Arrays.equals(expected, 0, PREFIX - 1, bytes, from, from + PREFIX - 1);
        return sound && bytes[from + PREFIX - 1] == ' ' ? Arrays.copyOfRange(bytes, from + PREFIX, to) : null;
    }

    private static void checksum(byte[] bytes, int from, int to, byte[] out) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        long value = crc.getValue();
        for (int i = 0; i < PREFIX - 1; i++) {
            out[i] = HEX[(int) (value >>> (4 * (7 - i))) & 0xF];
        }
    }
}
