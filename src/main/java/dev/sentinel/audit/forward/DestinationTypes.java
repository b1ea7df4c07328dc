package dev.sentinel.audit.forward;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The kinds of destinations that this server knows, by scheme. Immutable, any thread. */
public final class DestinationTypes {
    /** The plugins that Sentinel brings, by the schemes that they add. */
    private static final Map<String, String> PLUGINS =
            Map.of("kafka", "kafka", "kafka+tls", "kafka", "kinesis", "aws", "s3", "aws", "dynamodb", "aws");

    private final Map<String, DestinationType> byScheme = new TreeMap<>();

    /** Throws {@link IllegalArgumentException} if two of them have the same scheme. */
    public DestinationTypes(Iterable<DestinationType> types) {
        for (DestinationType type : types) {
            for (String scheme : type.schemes()) {
                if (byScheme.put(scheme, type) != null) {
                    throw new IllegalArgumentException("two types of destinations have the scheme " + scheme);
                }
            }
        }
    }

    Optional<DestinationType> of(String scheme) {
        return Optional.ofNullable(byScheme.get(scheme));
    }

    /** What to tell somebody who names a scheme that is not among these. */
    String unknown(String scheme) {
        String plugin = PLUGINS.get(scheme);
        return plugin == null
                ? "no destination has the scheme \"" + scheme + "\"; there are " + String.join(", ", byScheme.keySet())
                : "a destination " + scheme + ": needs the plugin " + plugin
                        + ", which is not in PLUGINS_DIR; mvn package makes it in target/plugins";
    }
}
