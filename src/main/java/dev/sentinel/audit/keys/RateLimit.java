package dev.sentinel.audit.keys;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A limit on events per unit of time.
 *
 * @param events at least 1; also the size of a burst
 * @param per a second, a minute or an hour
 */
public record RateLimit(int events, Duration per) {
    /** The expected form, for error messages. */
    public static final String FORM = "events per second, minute or hour, such as 100/minute";

    private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})/(second|minute|hour)");

    /** Whether it lets more through than another one in the same time. */
    public boolean isAbove(RateLimit other) {
        return events * other.per.toSeconds() > other.events * per.toSeconds();
    }

    /** Parses a limit of that form; null for any other text. */
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

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        String unit =
                per.equals(Duration.ofSeconds(1)) ? "second" : per.equals(Duration.ofMinutes(1)) ? "minute" : "hour";
        return events + "/" + unit;
    }
}
