package dev.sentinel.audit.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code DESTINATIONS} and the variable of each, and that of a feed. What their types allow is not known here.
 */
final class Destinations {
    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]*:[^?#\\s]*");
    private static final String REFERENCE = "env:";
    private static final String ALL = "DESTINATIONS";
    private static final String PREFIX = "DESTINATION_";

    private Destinations() {}

    /**
     * Reads the variables of all destinations.
     *
     * @param ids as {@code DESTINATIONS} names them
     * @param values receives the values of the variables that they refer to
     */
    static List<ForwardConfig.Named> read(Environment env, List<String> ids, Map<String, String> values) {
        Map<String, ForwardConfig.Named> byVariable = new LinkedHashMap<>();
        for (String id : ids) {
            String variable = PREFIX + id.toUpperCase(Locale.ROOT).replace('-', '_');
            if (!ID.matcher(id).matches()) {
                throw new ConfigException(ALL, id, "must be names of 1 to 40 lower-case letters, digits and -");
            }
            if (byVariable.put(variable, destination(env, id, variable, values)) != null) {
                throw new ConfigException(ALL, id, "must be different names");
            }
        }
        return List.copyOf(byVariable.values());
    }

    private static ForwardConfig.Named destination(
            Environment env, String id, String variable, Map<String, String> values) {
        return named(env, id, variable, "file:/var/lib/sentinel/lake?status=error", values);
    }

    /**
     * Where messages are read; null if the variable is not set.
     *
     * @param example of a value, for messages
     */
    static @Nullable FeedConfig feed(Environment env, String variable, String example) {
        if (!env.isSet(variable)) {
            return null;
        }
        Map<String, String> values = new TreeMap<>();
        ForwardConfig.Named named = named(env, "", variable, example, values);
        return new FeedConfig(variable, named.url(), named.parameters(), values);
    }

    private static ForwardConfig.Named named(
            Environment env, String id, String variable, String example, Map<String, String> values) {
        String text = env.text(variable, "");
        int query = text.indexOf('?');
        String url = query < 0 ? text : text.substring(0, query);
        if (!URL.matcher(url).matches()) {
            // Its value may hold a secret all the same.
            throw new ConfigException(variable, "***", "must be a URL, such as " + example);
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : (query < 0 ? "" : text.substring(query + 1)).split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ConfigException(variable, "***", "must have parameters in the form name=value");
            }
            String value = decode(variable, pair.substring(equals + 1));
            parameters
                    .computeIfAbsent(decode(variable, pair.substring(0, equals)), name -> new ArrayList<>())
                    .add(value);
            if (value.startsWith(REFERENCE)) {
                // It may also be a filter for such a text. Whoever opens the destination knows, and says what is
                // missing.
                String name = value.substring(REFERENCE.length());
                String referenced = env.text(name, "");
                if (!referenced.isEmpty()) {
                    values.put(name, referenced);
                }
            }
        }
        return new ForwardConfig.Named(id, variable, url, parameters);
    }

    private static String decode(String variable, String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(variable, "***", "must have parameters that are percent-encoded");
        }
    }
}
