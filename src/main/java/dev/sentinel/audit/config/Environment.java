package dev.sentinel.audit.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables as typed values. An empty value counts as unset. */
final class Environment {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(|KiB|MiB|GiB)");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    String text(String name, String defaultValue) {
        String value = variables.getOrDefault(name, "").strip();
        return value.isEmpty() ? defaultValue : value;
    }

    /** A comma-separated list; empty if unset. */
    List<String> list(String name) {
        return Arrays.stream(text(name, "").split(",", -1))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    boolean isSet(String name) {
        return !text(name, "").isEmpty();
    }

    Path path(String name, String defaultValue) {
        return Path.of(text(name, defaultValue));
    }

    int integer(String name, int defaultValue, int min, int max) {
        String value = text(name, Integer.toString(defaultValue));
        String rule = "must be an integer from " + min + " to " + max;
        if (!value.matches("\\d{1,9}")) {
            throw new ConfigException(name, value, rule);
        }
        int number = Integer.parseInt(value);
        if (number < min || number > max) {
            throw new ConfigException(name, value, rule);
        }
        return number;
    }

    Duration duration(String name, String defaultValue, Duration min, Duration max) {
        String value = text(name, defaultValue);
        Duration duration = Durations.parse(value);
        String rule =
                "must be a duration from " + min.toMillis() + "ms to " + max.toSeconds() + "s, such as 500ms, 30s, 2m";
        if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw new ConfigException(name, value, rule);
        }
        return duration;
    }

    long bytes(String name, String defaultValue, long min, long max) {
        String value = text(name, defaultValue);
        Matcher matcher = SIZE.matcher(value);
        String rule = "must be a size from " + min + " to " + max + " bytes, such as 1048576, 512KiB, 16MiB";
        if (!matcher.matches()) {
            throw new ConfigException(name, value, rule);
        }
        long unit =
                switch (matcher.group(2)) {
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1;
                };
        long number = Long.parseLong(matcher.group(1));
        if (number > max / unit || number * unit < min) {
            throw new ConfigException(name, value, rule);
        }
        return number * unit;
    }

    <E extends Enum<E>> E oneOf(String name, E defaultValue, Class<E> type) {
        String value = text(name, defaultValue.name());
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new ConfigException(name, value, "must be one of " + String.join(", ", names(type)));
    }

    private static <E extends Enum<E>> Iterable<String> names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
