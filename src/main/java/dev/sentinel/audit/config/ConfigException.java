package dev.sentinel.audit.config;

/** A variable has a value that it must not have. The message is one line that names both and what is allowed. */
public final class ConfigException extends RuntimeException {
    ConfigException(String variable, String value, String allowed) {
        super(variable + "=" + value + " is not allowed: " + allowed, null, false, false);
    }
}
