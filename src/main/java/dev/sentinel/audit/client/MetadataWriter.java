package dev.sentinel.audit.client;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes an agent's values as an event's metadata and redacts them exactly as the server would. Maps become objects,
 * collections and arrays become arrays, and values without a JSON form become their text. Recursion ends at
 * {@link EventLimits#MAX_METADATA_DEPTH}, even in values that contain themselves. Reused; one thread.
 *
 * <p>The methods return false to stop; then {@link #problem} has the reason.
 */
final class MetadataWriter {
    private static final byte[] HIDDEN = {'"', '[', 'R', 'E', 'D', 'A', 'C', 'T', 'E', 'D', ']', '"'};

    /** Digits of the shortest payment card number. */
    private static final int CARD_DIGITS = 13;

    private final JsonBytes out;
    private final Redactor redactor;
    private final TextChars text = new TextChars();
    private final @Nullable MemberNames[] names = new MemberNames[EventLimits.MAX_METADATA_DEPTH];
    private int start;
    private @Nullable String problem;

    MetadataWriter(JsonBytes out, Redactor redactor) {
        this.out = out;
        this.redactor = redactor;
    }

    /** The rule that the values break, if {@link #write} returned false. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Writes an object with the first {@code count} keys and values. */
    boolean write(String[] keys, @Nullable Object[] values, int count) {
        start = out.length();
        problem = null;
        MemberNames seen = open(0);
        for (int i = 0; i < count; i++) {
            if (!member(seen, keys[i], values[i], i == 0, 1)) {
                return false;
            }
        }
        out.raw('}');
        return fits(0);
    }

    private MemberNames open(int depth) {
        MemberNames seen = names[depth];
        if (seen == null) {
            seen = new MemberNames();
            names[depth] = seen;
        }
        seen.clear();
        out.raw('{');
        return seen;
    }

    private boolean member(MemberNames seen, @Nullable Object key, @Nullable Object value, boolean first, int depth) {
        String name = String.valueOf(key);
        if (!fits(name.length())) {
            return false;
        }
        if (!first) {
            out.raw(',');
        }
        boolean secret = name(seen, name);
        out.raw(':');
        if (secret && isWorthHiding(value)) {
            redactor.replacedByKey();
            out.raw(HIDDEN);
            return fits(0);
        }
        return value(value, depth);
    }

    /** Writes a member's name and keeps different keys distinct. Returns whether the value is a secret. */
    private boolean name(MemberNames seen, String key) {
        text.set(key);
        boolean secret = redactor.isSecretKey(text.chars(), 0, text.length());
        String clean = redactor.clean(text.chars(), 0, text.length());
        String name = clean != null ? clean : text.isRepaired() ? text.toString() : key;
        String unique = name;
        for (int i = 2; !seen.add(unique); i++) {
            unique = name + " " + i;
        }
        if (clean != null || !unique.equals(name)) {
            text.set(unique);
        }
        out.string(text.chars(), text.length());
        return secret;
    }

    /**
     * As on the server: booleans, null and the empty string reveal no secret, and the value may be redacted already.
     */
    private static boolean isWorthHiding(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return false;
        }
        return !(value instanceof CharSequence)
                || !(value.toString().isEmpty() || value.toString().equals(RedactionRules.REPLACEMENT));
    }

    private boolean value(@Nullable Object value, int depth) {
        if (value == null || value instanceof Boolean) {
            out.ascii(String.valueOf(value));
            return fits(0);
        } else if (value instanceof String string) {
            return string(string);
        } else if (value instanceof Number number) {
            return number(number);
        } else if (value instanceof Map<?, ?> map) {
            return object(map, depth);
        } else if (value instanceof Collection<?> collection) {
            return array(collection, depth);
        } else if (value.getClass().isArray()) {
            return array(value, depth);
        } else if (value instanceof Enum<?> constant) {
            return string(constant.name());
        }
        return string(String.valueOf(value));
    }

    private boolean object(Map<?, ?> map, int depth) {
        if (isTooDeep(depth)) {
            return false;
        }
        MemberNames seen = open(depth);
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!member(seen, entry.getKey(), entry.getValue(), first, depth + 1)) {
                return false;
            }
            first = false;
        }
        out.raw('}');
        return fits(0);
    }

    private boolean array(Collection<?> values, int depth) {
        if (isTooDeep(depth)) {
            return false;
        }
        char separator = '[';
        for (Object value : values) {
            out.raw(separator);
            separator = ',';
            if (!value(value, depth + 1)) {
                return false;
            }
        }
        return endArray(separator);
    }

    private boolean array(Object values, int depth) {
        if (isTooDeep(depth)) {
            return false;
        }
        char separator = '[';
        for (int i = 0; i < Array.getLength(values); i++) {
            out.raw(separator);
            separator = ',';
            if (!value(Array.get(values, i), depth + 1)) {
                return false;
            }
        }
        return endArray(separator);
    }

    private boolean endArray(char separator) {
        if (separator == '[') {
            out.raw('[');
        }
        out.raw(']');
        return fits(0);
    }

    private boolean number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            return Double.isFinite(value) ? digits(number.toString()) : string(number.toString());
        }
        boolean exact = number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger
                || number instanceof BigDecimal
                || number instanceof AtomicInteger
                || number instanceof AtomicLong;
        return exact ? digits(number.toString()) : string(number.toString());
    }

    private boolean digits(String digits) {
        if (!fits(digits.length())) {
            return false;
        }
        if (digits.length() >= CARD_DIGITS && isInteger(digits)) {
            text.set(digits);
            if (redactor.isSecretNumber(text.chars(), 0, text.length())) {
                out.raw(HIDDEN);
                return fits(0);
            }
        }
        out.ascii(digits);
        return fits(0);
    }

    private static boolean isInteger(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if ((c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    private boolean string(String value) {
        if (!fits(value.length())) {
            return false;
        }
        text.set(value);
        String clean = redactor.clean(text.chars(), 0, text.length());
        if (clean != null) {
            text.set(clean);
        }
        out.string(text.chars(), text.length());
        return fits(0);
    }

    /** Checks the length of a value before it is copied, so that the output cannot grow far beyond its limit. */
    private boolean fits(int more) {
        if (out.length() - start > EventLimits.MAX_METADATA_BYTES || more > EventLimits.MAX_METADATA_BYTES) {
            problem = EventLimits.METADATA_TOO_LARGE;
        }
        return problem == null;
    }

    private boolean isTooDeep(int depth) {
        if (depth == EventLimits.MAX_METADATA_DEPTH) {
            problem = EventLimits.METADATA_TOO_DEEP;
            return true;
        }
        return false;
    }
}
