package dev.sentinel.audit.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Environment variables as typed values. An empty value counts as unset. Not thread-safe: it remembers which variables
 * it was asked for.
 */
final class Environment {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(|KiB|MiB|GiB)");
    private static final String FILE = "_FILE";

    /** The names in Sentinel's own file, separated by blanks; {@code bin/env.sh} sets it. */
    private static final String NAMES_IN_FILE = "SENTINEL_ENV_NAMES";

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Map<String, String> variables;
    private final Set<String> known = new TreeSet<>();

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    String text(String name, String defaultValue) {
        known.add(name);
        String value = variables.getOrDefault(name, "").strip();
        if (isQuoted(value)) {
            // Docker's --env-file keeps quotes: a password would be another one than the operator believes.
            throw new ConfigException(name, "***", "must not be in quotes");
        }
        return value.isEmpty() ? defaultValue : value;
    }

    private static boolean isQuoted(String value) {
        return value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(0) == value.charAt(value.length() - 1);
    }

    /**
     * A value that should not be in the environment of a process: the content of the file that NAME_FILE names, without
     * the line break at its end, or else the variable itself. Blocking; only at start.
     */
    String secret(String name, String defaultValue) {
        String file = text(name + FILE, "");
        if (file.isEmpty()) {
            return text(name, defaultValue);
        }
        if (isSet(name)) {
            throw new ConfigException(name + FILE, file, "must not be set together with " + name);
        }
        String content;
        try {
            content = Files.readString(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException(name + FILE, file, "must name a readable file in UTF-8");
        }
        String value = (content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content).strip();
        if (value.isEmpty()) {
            throw new ConfigException(name + FILE, file, "must name a file that is not empty");
        }
        return value;
    }

    /**
     * Throws if a variable is not one that was asked for, but was certainly meant to be: a server must not run
     * unprotected because of {@code api_token=} or {@code export API_TOKEN=}. Call last.
     */
    void rejectMisspelled() {
        List<String> inFile = List.of(text(NAMES_IN_FILE, "").split(" ", -1));
        for (String name : variables.keySet()) {
            String meant = known.contains(name) ? null : Misspelling.of(name, known, inFile.contains(name));
            if (meant != null) {
                throw new ConfigException(name, "***", "is unknown; write " + meant);
            }
        }
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
