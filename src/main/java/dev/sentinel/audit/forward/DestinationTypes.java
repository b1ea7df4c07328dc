package dev.sentinel.audit.forward;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The kinds of destinations that this server knows, by scheme. Immutable, any thread. */
public final class DestinationTypes {
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

    /** Those on the class path. Reads files; only at start. */
    public static DestinationTypes installed() {
        return new DestinationTypes(ServiceLoader.load(DestinationType.class));
    }

    Optional<DestinationType> of(String scheme) {
        return Optional.ofNullable(byScheme.get(scheme));
    }

    Set<String> schemes() {
        return byScheme.keySet();
    }
}
