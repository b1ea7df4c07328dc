package dev.sentinel.audit.ingest.otlp.wire;

import java.util.List;
import java.util.Locale;

/**
 * Numbers of enums. OTLP forbids their names in JSON, but programs that use the JSON of protobuf send them: without
 * them an error would become a success.
 */
final class EnumNames {
    private static final List<String> KINDS =
            List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER");
    private static final List<String> STATUSES = List.of("UNSET", "OK", "ERROR");
    private static final List<String> SEVERITIES = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

    private EnumNames() {}

    static int kind(String name) {
        return Math.max(0, KINDS.indexOf(upper(name, "SPAN_KIND_")));
    }

    static int status(String name) {
        return Math.max(0, STATUSES.indexOf(upper(name, "STATUS_CODE_")));
    }

    /** Each of them has four numbers: INFO, INFO2, INFO3, INFO4. */
    static int severity(String name) {
        String plain = upper(name, "SEVERITY_NUMBER_");
        int digit = plain.isEmpty() ? -1 : plain.charAt(plain.length() - 1) - '1';
        boolean numbered = digit >= 1 && digit <= 3;
        int level = SEVERITIES.indexOf(numbered ? plain.substring(0, plain.length() - 1) : plain);
        return level < 0 ? 0 : 4 * level + 1 + (numbered ? digit : 0);
    }

    private static String upper(String name, String prefix) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith(prefix) ? upper.substring(prefix.length()) : upper;
    }
}
