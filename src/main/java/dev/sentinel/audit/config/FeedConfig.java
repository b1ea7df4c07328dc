package dev.sentinel.audit.config;

import java.util.List;
import java.util.Map;

/**
 * Where the server reads messages by itself.
 *
 * @param variable where it is defined, for messages
 * @param url without parameters
 * @param parameters by name, decoded
 * @param values of the variables that they refer to with {@code env:}
 */
public record FeedConfig(
        String variable, String url, Map<String, List<String>> parameters, Map<String, String> values) {
    public FeedConfig {
        parameters = Map.copyOf(parameters);
        values = Map.copyOf(values);
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return "FeedConfig[" + url + "]";
    }
}
