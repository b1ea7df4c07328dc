package dev.sentinel.audit.model;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that the constants of an enumeration have in JSON, in queries and in the database: the constants' own names
 * in lower case. The tables are made once and then only read; any thread.
 */
final class WireNames<E extends Enum<E>> {
    private final Map<E, String> names;
    private final Map<String, E> constants = new HashMap<>();

    WireNames(Class<E> type) {
        names = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            names.put(constant, name);
            constants.put(name, constant);
        }
    }

    String of(E constant) {
        return names.get(constant);
    }

    /** The constant with this name (case-sensitive), or null if there is none. */
    @Nullable
    E constant(String name) {
        return constants.get(name);
    }

    /** The error message for a value that is not one of the names. */
    String rule() {
        return "must be one of " + String.join(", ", names.values());
    }
}
