package dev.sentinel.audit.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Gives values without a JSON form one that they share with the Python SDK. Never throws. */
final class PlainValues {
    /** No longer integer is written in decimal digits, which takes more than linear time. */
    private static final int MAX_BITS = 8192;

    private PlainValues() {}

    /** The value of an optional, or null if it has none; any other value as it is. */
    static @Nullable Object unwrapped(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.orElse(null);
        } else if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? (Object) optional.getAsInt() : null;
        } else if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? (Object) optional.getAsLong() : null;
        } else if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? (Object) optional.getAsDouble() : null;
        }
        return value;
    }

    /** Whether a value's text is a JSON number. Subclasses of numbers could print anything. */
    static boolean isNumber(Number number) {
        if (number instanceof Double || number instanceof Float) {
            return Double.isFinite(number.doubleValue());
        }
        return number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte
                || number.getClass() == BigDecimal.class
                || (number.getClass() == BigInteger.class && ((BigInteger) number).bitLength() <= MAX_BITS)
                || number.getClass() == AtomicInteger.class
                || number.getClass() == AtomicLong.class;
    }

    /** The text of a value: the name of a constant, bytes as UTF-8, or else {@code toString}. */
    static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        try {
            String text = value instanceof Enum<?> constant
                    ? constant.name()
                    : value instanceof byte[] bytes
                            ? Utf8Text.of(bytes)
                            : value instanceof char[] chars
                                    ? new String(chars)
                                    : value instanceof BigInteger number ? hexadecimal(number) : String.valueOf(value);
            if (text != null) {
                return text;
            }
        } catch (Throwable e) {
            // Errors too: a text may miss a class, or contain itself without end.
        }
        return type(value);
    }

    /** What stands for a value that cannot be read. */
    static String type(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        String name = value.getClass().getName();
        return "<" + name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1) + ">";
    }

    private static String hexadecimal(BigInteger number) {
        if (number.bitLength() <= MAX_BITS) {
            return number.toString();
        }
        String digits = HexFormat.of().formatHex(number.abs().toByteArray());
        int zeros = 0;
        while (digits.charAt(zeros) == '0') {
            zeros++;
        }
        return (number.signum() < 0 ? "-0x" : "0x") + digits.substring(zeros);
    }
}
