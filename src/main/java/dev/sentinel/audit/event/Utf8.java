package dev.sentinel.audit.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Validates UTF-8 strictly. Decoders replace invalid bytes, so an audit log would hold something that no client sent.
 * NUL bytes are refused too: JSON never has one, and one makes a parser guess UTF-16.
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long ONES = 0x0101_0101_0101_0101L;

    private Utf8() {}

    /**
     * The index of the first byte that is NUL or does not begin a well-formed sequence, or -1. Overlong forms,
     * surrogates, code points above U+10FFFF and truncated sequences are not well-formed.
     */
    static int firstInvalid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            // Checks eight ASCII bytes at once: subtracting one sets the high bit of a zero byte.
            while (i <= to - Long.BYTES) {
                long word = (long) LONGS.get(bytes, i);
                if (((word | (word - ONES)) & HIGH_BITS) != 0) {
                    break;
                }
                i += Long.BYTES;
            }
            if (i == to) {
                break;
            }
            int length = sequenceLength(bytes, i, to);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /**
     * The length of the well-formed sequence at {@code i}, or 0. The ranges are those of table 3-7 of the Unicode
     * standard.
     */
    private static int sequenceLength(byte[] bytes, int i, int to) {
        int first = bytes[i];
        if (first > 0) {
            return 1;
        }
        int lead = first & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        if (lead < 0xE0) {
            return isContinuation(bytes, i + 1, to) ? 2 : 0;
        }
        if (!isContinuation(bytes, i + 1, to) || !isContinuation(bytes, i + 2, to)) {
            return 0;
        }
        int second = bytes[i + 1] & 0xFF;
        if (lead < 0xF0) {
            boolean overlong = lead == 0xE0 && second < 0xA0;
            boolean surrogate = lead == 0xED && second > 0x9F;
            return overlong || surrogate ? 0 : 3;
        }
        boolean overlong = lead == 0xF0 && second < 0x90;
        boolean beyondUnicode = lead == 0xF4 && second > 0x8F;
        return overlong || beyondUnicode || !isContinuation(bytes, i + 3, to) ? 0 : 4;
    }

    private static boolean isContinuation(byte[] bytes, int i, int to) {
        return i < to && (bytes[i] & 0xC0) == 0x80;
    }
}
