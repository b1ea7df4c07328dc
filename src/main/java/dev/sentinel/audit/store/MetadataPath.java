package dev.sentinel.audit.store;

import dev.sentinel.audit.event.MetadataText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the value at a path in stored metadata. Stored metadata is minified JSON in which each text has one form, so
 * names are compared as they are written. Reads the text at most twice and does not recurse. Immutable.
 */
final class MetadataPath {
    private static final char END = 0;

    private final List<Step> steps;

    /**
     * One name of the path.
     *
     * @param quoted the name as metadata writes it
     * @param index the index that it is in an array; -1 for none
     */
    private record Step(String quoted, int index) {
        static Step of(String name) {
            return new Step(
                    '"' + MetadataText.escaped(name) + '"', Condition.isIndex(name) ? Integer.parseInt(name) : -1);
        }
    }

    MetadataPath(List<String> path) {
        this.steps = path.stream().map(Step::of).toList();
    }

    /** The content of the string there, or the JSON of another value; null if there is none. */
    @Nullable
    String valueIn(String metadata) {
        int at = 0;
        for (Step step : steps) {
            at = switch (at(metadata, at)) {
                case '{' -> member(metadata, at + 1, step.quoted);
                case '[' -> element(metadata, at + 1, step.index);
                default -> -1;
            };
            if (at < 0) {
                return null;
            }
        }
        int end = endOfValue(metadata, at);
        return at(metadata, at) == '"' ? content(metadata.substring(at + 1, end - 1)) : metadata.substring(at, end);
    }

    /** Where the value of a member begins, given where the first member does; -1 if there is none of this name. */
    private static int member(String json, int first, String quoted) {
        int at = first;
        while (at(json, at) == '"') {
            int end = endOfString(json, at);
            int value = end + 1;
            if (end - at == quoted.length() && json.startsWith(quoted, at)) {
                return value;
            }
            // After the comma; what ends the object is no quote.
            at = endOfValue(json, value) + 1;
        }
        return -1;
    }

    private static int element(String json, int first, int index) {
        int at = first;
        for (int i = 0; i < index; i++) {
            at = endOfValue(json, at);
            if (at(json, at) != ',') {
                return -1;
            }
            at++;
        }
        return index < 0 || at(json, at) == ']' ? -1 : at;
    }

    private static int endOfValue(String json, int start) {
        int depth = 0;
        int at = start;
        while (true) {
            switch (at(json, at)) {
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    if (depth == 0) {
                        return at;
                    }
                    depth--;
                }
                case ',' -> {
                    if (depth == 0) {
                        return at;
                    }
                }
                case '"' -> at = endOfString(json, at) - 1;
                case END -> {
                    return at;
                }
                default -> {}
            }
            at++;
        }
    }

    private static int endOfString(String json, int start) {
        int at = start + 1;
        while (at(json, at) != '"' && at(json, at) != END) {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, json.length());
    }

    /** Metadata contains no NUL. */
    private static char at(String json, int at) {
        return at < json.length() ? json.charAt(at) : END;
    }

    private static String content(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder content = new StringBuilder(escaped.length());
        int at = 0;
        while (at < escaped.length()) {
            char c = escaped.charAt(at++);
            if (c != '\\') {
                content.append(c);
                continue;
            }
            char code = escaped.charAt(at++);
            int shortCode = "bfnrt".indexOf(code);
            if (shortCode >= 0) {
                content.append("\b\f\n\r\t".charAt(shortCode));
            } else if (code == 'u') {
                content.append((char) Integer.parseInt(escaped.substring(at, at + 4), 16));
                at += 4;
            } else {
                content.append(code);
            }
        }
        return content.toString();
    }
}
