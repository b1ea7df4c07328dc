package dev.sentinel.audit.keys;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many events may come in how much time.
 *
 * @param events at least 1; also how many may come at once
 * @param per a second, a minute or an hour
 */
public record RateLimit(int events, Duration per) {
    /** For messages about values that are not allowed. */
    public static final String FORM = "events per second, minute or hour, such as 100/minute";

    private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})/(second|minute|hour)");

    /** Null if the text is of another form. */
    public static @Nullable RateLimit parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Duration per =
                switch (matcher.group(2)) {
                    case "second" -> Duration.ofSeconds(1);
                    case "minute" -> Duration.ofMinutes(1);
                    default -> Duration.ofHours(1);
                };
        return new RateLimit(Integer.parseInt(matcher.group(1)), per);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        String unit =
                per.equals(Duration.ofSeconds(1)) ? "second" : per.equals(Duration.ofMinutes(1)) ? "minute" : "hour";
        return events + "/" + unit;
    }
}
