package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.model.ActionType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of the tables that hold for every emitter.
 *
 * @param content attributes that are content
 * @param omitted attributes that are never stored
 * @param placeholders what stands for content that the client left out
 * @param sql attributes whose literals are masked
 * @param urls attributes whose query is left out
 * @param tools the action type of a tool, by its name in lower case
 * @param targets arguments that name what such a tool acts on, in order
 * @param allowed decisions in lower case; may end with {@code *}
 * @param denied decisions in lower case; may end with {@code *}
 * @param resource attributes of the resource that are stored, in order
 */
record Vocabulary(
        KeySet content,
        KeySet omitted,
        Set<String> placeholders,
        Set<String> sql,
        Set<String> urls,
        Map<String, ActionType> tools,
        List<String> targets,
        List<String> allowed,
        List<String> denied,
        List<String> resource) {
    private static final int LONGEST_TOOL = 64;

    /** What calling a tool is; a plain tool call for most. */
    ActionType actionType(String tool) {
        return tool.length() > LONGEST_TOOL
                ? ActionType.TOOL_CALL
                : tools.getOrDefault(tool.toLowerCase(Locale.ROOT), ActionType.TOOL_CALL);
    }

    /** Whether a decision allows; null if it is no word of the tables. */
    @Nullable
    Boolean allows(String decision) {
        String word = decision.toLowerCase(Locale.ROOT);
        if (Emitter.isOneOf(denied, word)) {
            return false;
        }
        return Emitter.isOneOf(allowed, word) ? true : null;
    }
}
