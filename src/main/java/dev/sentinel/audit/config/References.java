package dev.sentinel.audit.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Values that are not written where they are used: {@code env:NAME} and {@code file:/path}. */
public final class References {
    private static final String OF_VARIABLE = "env:";
    private static final String OF_FILE = "file:";

    private References() {}

    /** Whether a value only says where it is. */
    public static boolean isReference(String value) {
        return value.startsWith(OF_VARIABLE) || value.startsWith(OF_FILE);
    }

    /**
     * The value itself, if it is a reference. Blocks to read a file.
     *
     * @param name what has the value, for messages
     * @param variables those that may be referred to
     * @throws IllegalArgumentException if the variable is not set or the file cannot be read; quotes no value
     */
    public static String resolve(String name, String value, Map<String, String> variables) {
        if (value.startsWith(OF_VARIABLE)) {
            String variable = value.substring(OF_VARIABLE.length());
            String resolved = variables.get(variable);
            if (resolved == null) {
                throw new IllegalArgumentException(name + " refers to the variable " + variable + ", which is not set");
            }
            return resolved;
        }
        if (!value.startsWith(OF_FILE)) {
            return value;
        }
        try {
            return Files.readString(Path.of(value.substring(OF_FILE.length()))).strip();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " refers to a file that cannot be read", e);
        }
    }
}
