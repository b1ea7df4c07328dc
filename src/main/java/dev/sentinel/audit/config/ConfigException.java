package dev.sentinel.audit.config;

/** A variable has an invalid value. The message is one line: the variable, its value and the rule it breaks. */
public final class ConfigException extends RuntimeException {
    ConfigException(String variable, String value, String rule) {
        super(variable + "=" + value + " is not valid: " + rule, null, false, false);
    }
}
