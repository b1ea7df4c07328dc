package dev.sentinel.audit.model;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timestamps of the wire contract and the stores: RFC 3339, to the microsecond. Written by hand because every event is
 * parsed and formatted at least once, and {@code DateTimeFormatter} costs more than the rest of the event.
 */
public final class Timestamps {
    private static final int SECONDS_PER_DAY = 86_400;
    /** 0000-01-01T00:00:00Z. */
    private static final long FIRST_SECOND = -62_167_219_200L;
    /** 9999-12-31T23:59:59Z. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** "YYYY-MM-DDTHH:MM:SS". */
    private static final int SECONDS_LENGTH = 19;

    private static final int FORMATTED_LENGTH = 27;
    private static final int MICRO_DIGITS = 6;

    private Timestamps() {}

    /**
     * Parses an RFC 3339 date-time; null if the text is not one. Fractions are truncated to microseconds. A time
     * without an offset is UTC. Leap second 60 becomes the next second. A space may replace the T.
     */
    public static @Nullable Instant parse(String text) {
        if (text.length() < SECONDS_LENGTH || !hasSeparators(text)) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 2);
        int day = number(text, 8, 2);
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        if ((year | month | day | hour | minute | second) < 0
                || month < 1
                || month > 12
                || day < 1
                || day > daysInMonth(year, month)
                || hour > 23
                || minute > 59
                || second > 60) {
            return null;
        }
        int at = SECONDS_LENGTH;
        int micros = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            int digits = 0;
            for (at++; at < text.length() && isDigit(text.charAt(at)); at++, digits++) {
                if (digits < MICRO_DIGITS) {
                    micros = micros * 10 + (text.charAt(at) - '0');
                }
            }
            if (digits == 0) {
                return null;
            }
            for (; digits < MICRO_DIGITS; digits++) {
                micros *= 10;
            }
        }
        int offset = offsetSeconds(text, at);
        if (offset == NO_OFFSET) {
            return null;
        }
        long epochSecond = epochDay(year, month, day) * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second - offset;
        return epochSecond < FIRST_SECOND || epochSecond > LAST_SECOND
                ? null
                : Instant.ofEpochSecond(epochSecond, micros * 1000L);
    }

    private static boolean hasSeparators(String text) {
        char separator = text.charAt(10);
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && (separator == 'T' || separator == 't' || separator == ' ')
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    private static final int NO_OFFSET = Integer.MIN_VALUE;

    /** The offset between {@code at} and the end of the text. An empty offset is UTC. */
    private static int offsetSeconds(String text, int at) {
        int left = text.length() - at;
        if (left == 0) {
            return 0;
        }
        char sign = text.charAt(at);
        if (left == 1 && (sign == 'Z' || sign == 'z')) {
            return 0;
        }
        if (left != 6 || (sign != '+' && sign != '-') || text.charAt(at + 3) != ':') {
            return NO_OFFSET;
        }
        int hours = number(text, at + 1, 2);
        int minutes = number(text, at + 4, 2);
        if ((hours | minutes) < 0 || hours > 23 || minutes > 59) {
            return NO_OFFSET;
        }
        int seconds = hours * 3600 + minutes * 60;
        return sign == '-' ? -seconds : seconds;
    }

    /** The value of {@code length} ASCII digits, or -1. */
    private static int number(String text, int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int daysInMonth(int year, int month) {
        return switch (month) {
            case 2 -> (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970-01-01. Years are counted from March, so that the leap day is the last day of a year. */
    private static long epochDay(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400L);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /**
     * Formats as {@code YYYY-MM-DDTHH:MM:SS.ffffffZ}, 27 characters, whose order is that of the times.
     *
     * @throws IllegalArgumentException outside the years 0000 to 9999
     */
    public static String format(Instant time) {
        long epochSecond = time.getEpochSecond();
        if (epochSecond < FIRST_SECOND || epochSecond > LAST_SECOND) {
            throw new IllegalArgumentException("A timestamp's year must be 0000 to 9999.");
        }
        long days = Math.floorDiv(epochSecond, SECONDS_PER_DAY) + 719_468;
        int secondOfDay = Math.floorMod(epochSecond, SECONDS_PER_DAY);
        long era = Math.floorDiv(days, 146_097);
        int dayOfEra = (int) (days - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);

        byte[] out = new byte[FORMATTED_LENGTH];
        digits(out, 0, 4, year);
        out[4] = '-';
        digits(out, 5, 2, month);
        out[7] = '-';
        digits(out, 8, 2, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1);
        out[10] = 'T';
        digits(out, 11, 2, secondOfDay / 3600);
        out[13] = ':';
        digits(out, 14, 2, secondOfDay / 60 % 60);
        out[16] = ':';
        digits(out, 17, 2, secondOfDay % 60);
        out[19] = '.';
        digits(out, 20, MICRO_DIGITS, time.getNano() / 1000);
        out[26] = 'Z';
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] out, int from, int length, int value) {
        int left = value;
        for (int i = from + length - 1; i >= from; i--) {
            out[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    /** The earliest and the latest timestamp of an event, in microseconds as of {@link #toMicros}. */
    public static final long MIN_MICROS = toMicros(Instant.parse("0000-01-01T00:00:00Z"));

    public static final long MAX_MICROS = toMicros(Instant.parse("9999-12-31T23:59:59.999999Z"));

    /** Microseconds since 1970-01-01T00:00:00Z. Nanoseconds are rounded down. */
    public static long toMicros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
    }

    /** The inverse of {@link #toMicros}. */
    public static Instant ofMicros(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }

    /** The clock's time, truncated to microseconds so that a store returns it unchanged. */
    public static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
