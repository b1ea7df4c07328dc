package dev.sentinel.audit.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Destinations that the environment names, and what bounds all of them.
 *
 * @param destinations in the order of {@code DESTINATIONS}
 * @param values of the variables that they refer to with {@code env:}
 * @param maxDestinations at the same time on one server
 * @param allow what destinations of the API may reach besides public addresses
 * @param secretsKeyFile the key of the secrets that the API is given; null if none may be kept
 * @param makesKey whether the first secret makes the key
 */
public record ForwardConfig(
        List<Named> destinations,
        Map<String, String> values,
        int maxDestinations,
        ForwardAllow allow,
        @Nullable Path secretsKeyFile,
        boolean makesKey) {
    public ForwardConfig {
        destinations = List.copyOf(destinations);
        values = Map.copyOf(values);
    }

    /**
     * One destination.
     *
     * @param variable where it is defined, for messages
     * @param url without parameters
     * @param parameters options of its type, options of the server and filters, by name, decoded; in the order sent
     */
    public record Named(String id, String variable, String url, Map<String, List<String>> parameters) {}

    /** Shows no value of a variable. */
    @Override
    public String toString() {
        return "ForwardConfig" + destinations.stream().map(Named::id).toList();
    }
}
