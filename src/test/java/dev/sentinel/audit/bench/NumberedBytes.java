package dev.sentinel.audit.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** A text or a message in which ids begin with a mark, and copies of it with a number instead. Immutable. */
final class NumberedBytes {
    /** Eight hexadecimal digits; where an id is binary, four bytes. */
    static final String MARK = "feedc0de";

    private static final String BINARY = new String(HexFormat.of().parseHex(MARK), ISO_8859_1);

    private final byte[] bytes;
    private final int[] texts;
    private final int[] binaries;

    NumberedBytes(byte[] bytes) {
        this.bytes = bytes;
        // Latin-1: one character per byte, so that character offsets are byte offsets.
        String latin = new String(bytes, ISO_8859_1);
        this.texts = positions(latin, MARK);
        this.binaries = positions(latin, BINARY);
    }

    private static int[] positions(String text, String mark) {
        return Pattern.compile(mark, Pattern.LITERAL)
                .matcher(text)
                .results()
                .mapToInt(found -> found.start())
                .toArray();
    }

    byte[] with(int number) {
        byte[] copy = bytes.clone();
        byte[] digits = HexFormat.of().toHexDigits(number).getBytes(ISO_8859_1);
        for (int at : texts) {
            System.arraycopy(digits, 0, copy, at, digits.length);
        }
        for (int at : binaries) {
            for (int i = 0; i < Integer.BYTES; i++) {
                copy[at + i] = (byte) (number >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
            }
        }
        return copy;
    }
}
