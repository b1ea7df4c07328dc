package dev.sentinel.audit.client;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
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

    private final JsonBytes out;
    private final Redactor redactor;
    private final TextChars text = new TextChars();
    private final @Nullable Level[] levels = new Level[EventLimits.MAX_METADATA_DEPTH];
    private int start;
    private @Nullable String problem;

    MetadataWriter(JsonBytes out, Redactor redactor) {
        this.out = out;
        this.redactor = redactor;
    }

    /** An open object or array. */
    private static final class Level {
        final MemberNames names = new MemberNames();
        boolean array;
        String name = "";
        /** The secrecy that a sibling or the previous element implies for the value that it names. */
        NameSecrecy named = NameSecrecy.NONE;
        /** The position of a value that a later sibling may name; empty if there is none. */
        int valueStart;

        int valueEnd;
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
        Level level = open(0, false);
        for (int i = 0; i < count; i++) {
            if (!member(level, keys[i], values[i], NameSecrecy.NONE, i == 0, 1)) {
                return false;
            }
        }
        out.raw('}');
        return fits(0);
    }

    private Level open(int depth, boolean array) {
        Level level = levels[depth];
        if (level == null) {
            level = new Level();
            levels[depth] = level;
        }
        level.names.clear();
        level.array = array;
        level.named = NameSecrecy.NONE;
        level.valueStart = 0;
        level.valueEnd = 0;
        if (!array) {
            out.raw('{');
        }
        return level;
    }

    private boolean member(
            Level level, @Nullable Object key, @Nullable Object value, NameSecrecy unnamed, boolean first, int depth) {
        String name = String.valueOf(key);
        if (!fits(name.length())) {
            return false;
        }
        if (!first) {
            out.raw(',');
        }
        NameSecrecy secrecy = name(level, name);
        out.raw(':');
        return value(level, value, secrecy == NameSecrecy.NONE ? unnamed : secrecy, depth);
    }

    /** Writes a member's name and keeps different keys distinct. Returns the secrecy that it implies. */
    private NameSecrecy name(Level level, String key) {
        text.set(key);
        NameSecrecy secrecy = redactor.secrecyOf(text.chars(), 0, text.length());
        String clean = redactor.clean(text.chars(), 0, text.length());
        String name = clean != null ? clean : text.isRepaired() ? text.toString() : key;
        String unique = name;
        for (int i = 2; !level.names.add(unique); i++) {
            unique = name + " " + i;
        }
        if (clean != null || !unique.equals(name)) {
            text.set(unique);
        }
        level.name = unique;
        out.string(text.chars(), text.length());
        return secrecy;
    }

    private boolean value(Level level, @Nullable Object value, NameSecrecy secrecy, int depth) {
        if (value instanceof Map<?, ?>
                || value instanceof Collection<?>
                || (value != null && value.getClass().isArray())) {
            return structure(level, value, secrecy, depth);
        }
        if (value instanceof Number number && isNumber(number)) {
            level.named = level.array ? NameSecrecy.NONE : level.named;
            return digits(level, number.toString(), secrecy);
        }
        if (value == null || value instanceof Boolean) {
            level.named = level.array ? NameSecrecy.NONE : level.named;
            out.ascii(String.valueOf(value));
            return fits(0);
        }
        return string(level, value instanceof Enum<?> constant ? constant.name() : String.valueOf(value), secrecy);
    }

    private boolean structure(Level level, Object value, NameSecrecy secrecy, int depth) {
        if (!level.array && redactor.hidesStructure(secrecy, level.name)) {
            return hide();
        }
        level.named = level.array ? NameSecrecy.NONE : level.named;
        if (depth == EventLimits.MAX_METADATA_DEPTH) {
            problem = EventLimits.METADATA_TOO_DEEP;
            return false;
        }
        if (value instanceof Map<?, ?> map) {
            NameSecrecy members = level.array ? NameSecrecy.NONE : redactor.secrecyWithin(secrecy, level.name);
            return object(map, members, depth);
        }
        return array(value instanceof Collection<?> collection ? collection.toArray() : value, secrecy, depth);
    }

    private boolean hide() {
        redactor.replacedByKey();
        out.raw(HIDDEN);
        return fits(0);
    }

    /** @param members the secrecy of members whose own names imply none */
    private boolean object(Map<?, ?> map, NameSecrecy members, int depth) {
        Level level = open(depth, false);
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!member(level, entry.getKey(), entry.getValue(), members, first, depth + 1)) {
                return false;
            }
            first = false;
        }
        out.raw('}');
        return fits(0);
    }

    private boolean array(Object values, NameSecrecy elements, int depth) {
        Level level = open(depth, true);
        int count = Array.getLength(values);
        out.raw('[');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.raw(',');
            }
            if (!value(level, Array.get(values, i), elements, depth + 1)) {
                return false;
            }
        }
        out.raw(']');
        return fits(0);
    }

    private static boolean isNumber(Number number) {
        if (number instanceof Double || number instanceof Float) {
            return Double.isFinite(number.doubleValue());
        }
        return number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger
                || number instanceof BigDecimal
                || number instanceof AtomicInteger
                || number instanceof AtomicLong;
    }

    private boolean digits(Level level, String digits, NameSecrecy secrecy) {
        if (!fits(digits.length())) {
            return false;
        }
        if (digits.length() > EventLimits.MAX_NUMBER) {
            // The server refuses longer numbers, which are no reason to lose an event.
            return string(level, digits, secrecy);
        }
        text.set(digits);
        if (redactor.hidesInteger(secrecy, level.array ? null : level.name, text.chars(), 0, text.length())) {
            out.raw(HIDDEN);
            return fits(0);
        }
        out.ascii(digits);
        return fits(0);
    }

    private boolean string(Level level, String value, NameSecrecy told) {
        if (!fits(value.length())) {
            return false;
        }
        text.set(value);
        boolean isValue = !level.array && redactor.isValue(level.name);
        NameSecrecy secrecy = told != NameSecrecy.NONE || !(level.array || isValue) ? told : named(level);
        if (redactor.hidesText(secrecy, text.chars(), 0, text.length())) {
            level.named = level.array ? NameSecrecy.NONE : level.named;
            return hide();
        }
        NameSecrecy names = level.array || (!isValue && redactor.isName(level.name))
                ? redactor.secrecyNamedBy(text.chars(), 0, text.length())
                : NameSecrecy.NONE;
        boolean mayBeNamed =
                isValue && redactor.hidesText(redactor.secrecyOfNamed(level.name), text.chars(), 0, text.length());
        int from = out.length();
        String clean = redactor.clean(text.chars(), 0, text.length());
        if (clean != null) {
            text.set(clean);
        }
        out.string(text.chars(), text.length());
        if (level.array) {
            level.named = names == NameSecrecy.NONE || value.startsWith("--") ? names : NameSecrecy.LIKELY;
        } else if (mayBeNamed) {
            level.valueStart = from;
            level.valueEnd = out.length();
        } else if (names != NameSecrecy.NONE) {
            nameValue(level);
        }
        return fits(0);
    }

    private NameSecrecy named(Level level) {
        return level.array || level.named == NameSecrecy.NONE ? level.named : redactor.secrecyOfNamed(level.name);
    }

    /** Redacts a value that was written before the sibling that names it. */
    private void nameValue(Level level) {
        level.named = NameSecrecy.ANY;
        if (level.valueEnd - level.valueStart > 2 && !out.has(level.valueStart, HIDDEN)) {
            redactor.replacedByKey();
            out.replace(level.valueStart, level.valueEnd, HIDDEN);
            level.valueEnd = level.valueStart;
        }
    }

    /** Checks the length of a value before it is copied, so that the output cannot grow far beyond its limit. */
    private boolean fits(int more) {
        if (out.length() - start > EventLimits.MAX_METADATA_BYTES || more > EventLimits.MAX_METADATA_BYTES) {
            problem = EventLimits.METADATA_TOO_LARGE;
        }
        return problem == null;
    }
}
