package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.event.Uuids;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.query.filter.FilterText.Value;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.TextMember;
import dev.sentinel.audit.store.TextPattern;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a condition of a key and a value. */
final class FilterTerms {
    private static final Instant LATEST = Timestamps.ofMicros(Timestamps.MAX_MICROS);

    private static final String MUST_BE_LATENCY = "a latency is a whole number of milliseconds, 0 to 2147483647, as in"
            + " latency:>500, latency:<=20, latency:100..200, or latency:* for any";
    private static final String MUST_BE_TIME =
            "a time is written as 2026-01-31T13:45:00Z, alone or as >=T, >T, <=T, <T,"
                    + " or T..T without its end (in a URL, a + is sent as %2B)";

    private FilterTerms() {}

    static Condition of(FilterKey key, Value value) throws MalformedFilterException {
        if (value.parts().equals(List.of("")) && !value.quoted()) {
            throw value.mistake("the value of " + key.word() + " is missing");
        }
        TextMember member = key.member();
        if (member != null) {
            return new Condition.Text(member, pattern(notEmpty(key, value)));
        }
        return switch (key) {
            case ACTOR -> new Condition.Actor(oneOf(key, value, ActorType.values(), ActorType::wireName));
            case ACTION -> new Condition.Action(oneOf(key, value, ActionType.values(), ActionType::wireName));
            case STATUS -> new Condition.Status(oneOf(key, value, EventStatus.values(), EventStatus::wireName));
            case REDACTED ->
                oneOf(key, value, new Boolean[] {true, false}, yes -> yes ? "yes" : "no")
                        ? new Condition.Redacted()
                        : new Condition.Not(new Condition.Redacted());
            case ID -> id(value);
            case LATENCY -> latency(value);
            case TIME -> time(value);
            default -> mentions(value);
        };
    }

    static Condition mentions(Value value) throws MalformedFilterException {
        if (value.hasStars()) {
            throw value.mistake("a text is found anywhere in the resource or metadata, so leave out the *, or put it in"
                    + " double quotes to find it");
        }
        return new Condition.Mentions(notEmpty(FilterKey.TEXT, value).written());
    }

    static Condition metadata(List<String> path, Value value) throws MalformedFilterException {
        if (value.parts().equals(List.of("")) && !value.quoted()) {
            throw value.mistake("the value is missing; write \"\" for an empty text, or * for any value");
        }
        return new Condition.Metadata(path, pattern(value));
    }

    private static Value notEmpty(FilterKey key, Value value) throws MalformedFilterException {
        if (value.parts().equals(List.of(""))) {
            throw value.mistake("the value of " + key.word() + " is empty");
        }
        return value;
    }

    private static TextPattern pattern(Value value) throws MalformedFilterException {
        if (value.parts().size() > TextPattern.MAX_GAPS + 1) {
            throw value.mistake("a value has at most " + TextPattern.MAX_GAPS + " *");
        }
        return new TextPattern(value.parts());
    }

    private static <T> T oneOf(FilterKey key, Value value, T[] all, Function<T, String> spelling)
            throws MalformedFilterException {
        String[] words = Arrays.stream(all).map(spelling).toArray(String[]::new);
        String written = value.written();
        for (T one : all) {
            if (spelling.apply(one).equals(written)) {
                return one;
            }
        }
        throw value.mistake("the value of " + key.word() + " must be one of " + String.join(", ", words)
                + Nearest.question(written, words));
    }

    private static Condition id(Value value) throws MalformedFilterException {
        UUID eventId = Uuids.parse(value.written());
        if (eventId == null) {
            throw value.mistake("an id is a UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2");
        }
        return new Condition.Id(eventId);
    }

    private static Condition latency(Value value) throws MalformedFilterException {
        if (value.parts().equals(TextPattern.ANY.parts())) {
            return new Condition.Latency(0, Integer.MAX_VALUE);
        }
        Range range = Range.of(value.written());
        long low = range.low == null ? 0 : milliseconds(range.low, value);
        long high = range.high == null ? Integer.MAX_VALUE : milliseconds(range.high, value);
        long min = low + (range.excludesLow ? 1 : 0);
        long max = high - (range.excludesHigh ? 1 : 0);
        if (min > max) {
            throw value.mistake("no latency is in this range");
        }
        return new Condition.Latency((int) min, (int) max);
    }

    private static long milliseconds(String number, Value value) throws MalformedFilterException {
        long milliseconds = number.matches("[0-9]{1,10}") ? Long.parseLong(number) : -1;
        if (milliseconds < 0 || milliseconds > Integer.MAX_VALUE) {
            throw value.mistake(MUST_BE_LATENCY);
        }
        return milliseconds;
    }

    /** Of two times, the second is excluded, as it is with the parameters from and to. */
    private static Condition time(Value value) throws MalformedFilterException {
        Range range = Range.of(value.written());
        Instant low = range.low == null ? null : instant(range.low, value);
        Instant high = range.high == null ? null : instant(range.high, value);
        Instant from = low != null && range.excludesLow ? next(low, value) : low;
        Instant to = high == null || range.excludesHigh || range.isSpan ? high : next(high, value);
        if (from != null && to != null && !from.isBefore(to)) {
            throw value.mistake("no time is in this range: its end is excluded");
        }
        return new Condition.Time(from, to);
    }

    private static Instant instant(String text, Value value) throws MalformedFilterException {
        Instant time = Timestamps.parse(text);
        if (time == null) {
            throw value.mistake(MUST_BE_TIME);
        }
        return time;
    }

    private static Instant next(Instant time, Value value) throws MalformedFilterException {
        if (time.equals(LATEST)) {
            throw value.mistake("no time is later than that");
        }
        return time.plus(1, ChronoUnit.MICROS);
    }

    /**
     * The ends of a range as they are written. A missing end is null; both ends of a single value are that value.
     *
     * @param isSpan whether both ends are written
     */
    private record Range(
            @Nullable String low,
            boolean excludesLow,
            @Nullable String high,
            boolean excludesHigh,
            boolean isSpan) {
        static Range of(String written) {
            if (written.startsWith(">")) {
                boolean included = written.startsWith(">=");
                return new Range(written.substring(included ? 2 : 1), !included, null, false, false);
            }
            if (written.startsWith("<")) {
                boolean included = written.startsWith("<=");
                return new Range(null, false, written.substring(included ? 2 : 1), !included, false);
            }
            int dots = written.indexOf("..");
            return dots < 0
                    ? new Range(written, false, written, false, false)
                    : new Range(written.substring(0, dots), false, written.substring(dots + 2), false, true);
        }
    }
}
