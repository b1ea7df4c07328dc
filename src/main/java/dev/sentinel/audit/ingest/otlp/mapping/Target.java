package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Members;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventLimits;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an action acted on.
 *
 * @param resource not redacted, not cut, perhaps blank
 * @param tool the name of the tool as sent; null if there is none
 * @param server the MCP server of the tool; null if there is none
 * @param length the characters of the resource that are stored, once its secrets are gone
 */
record Target(
        ActionType type,
        String resource,
        @Nullable String tool,
        @Nullable String server,
        int length) {
    /** Claude Code and Codex name the tools of MCP servers {@code mcp__SERVER__TOOL}. */
    private static final String MCP_TOOL = "mcp__";

    private static final String SEPARATOR = "__";
    private static final String SESSION = "user_prompt";

    /** Characters of a statement that has no summary. */
    private static final int STATEMENT = 200;

    static Target of(Subject subject, Rule rule, Vocabulary vocabulary, Content content) {
        return switch (rule.action()) {
            case TOOL -> tool(subject, vocabulary, content);
            case DECISION -> decision(subject, rule);
            case MCP_RESOURCE -> mcpResource(subject);
            case RETRIEVAL -> plain(ActionType.DB_QUERY, named(subject, Field.SOURCE_ID));
            case DB -> database(subject);
            case HTTP -> plain(ActionType.HTTP_REQUEST, http(subject));
            case LLM -> plain(ActionType.API_CALL, model(subject));
            case AGENT -> plain(ActionType.API_CALL, agent(subject));
            case PROMPT -> {
                String command = subject.text(Field.COMMAND);
                yield plain(ActionType.API_CALL, command == null ? SESSION : SESSION + ' ' + command);
            }
            case REST, DROP -> plain(ActionType.API_CALL, subject.name());
        };
    }

    private static Target plain(ActionType type, String resource) {
        return new Target(type, resource, null, null, EventLimits.MAX_RESOURCE);
    }

    private static String named(Subject subject, Field field) {
        String text = subject.text(field);
        return text == null ? subject.name() : text;
    }

    private static Target tool(Subject subject, Vocabulary vocabulary, Content content) {
        Target named = namedTool(subject, ActionType.TOOL_CALL);
        if (named.tool == null || named.server != null) {
            return named;
        }
        ActionType type = vocabulary.actionType(named.tool);
        if (type == ActionType.TOOL_CALL) {
            return named;
        }
        String object = content == Content.NONE ? null : argument(subject, vocabulary.targets());
        String resource = object == null ? named.resource : Urls.isUrl(object) ? Urls.bare(object) : object;
        return new Target(type, resource, named.tool, null, EventLimits.MAX_RESOURCE);
    }

    private static Target namedTool(Subject subject, ActionType type) {
        String tool = subject.tell(Field.TOOL);
        if (tool == null) {
            return plain(type, subject.name());
        }
        String server = subject.tell(Field.SERVER);
        String bare = tool;
        if (tool.startsWith(MCP_TOOL)) {
            int end = tool.indexOf(SEPARATOR, MCP_TOOL.length());
            if (end > MCP_TOOL.length() && end + SEPARATOR.length() < tool.length()) {
                server = server == null ? tool.substring(MCP_TOOL.length(), end) : server;
                bare = tool.substring(end + SEPARATOR.length());
            }
        }
        String resource = server == null ? tool : "mcp:" + server + '/' + bare;
        return new Target(type, resource, tool, server, EventLimits.MAX_RESOURCE);
    }

    private static @Nullable String argument(Subject subject, List<String> names) {
        Key place = subject.place(Field.ARGUMENTS);
        Value value = place == null ? null : subject.value(place);
        if (value instanceof Members members) {
            for (String name : names) {
                if (members.attributes().get(name) instanceof Text text && !text.isEmpty() && !text.isCut()) {
                    return text.string();
                }
            }
        }
        String found = value instanceof Text text ? Arguments.member(text.string(), names) : null;
        return found == null || found.isBlank() ? null : found;
    }

    private static Target decision(Subject subject, Rule rule) {
        if (!rule.resource().isEmpty()) {
            String of =
                    rule.resourceKey().isEmpty() ? null : subject.attributes().text(rule.resourceKey());
            String what = rule.resource();
            return plain(ActionType.POLICY_CHECK, of == null || of.isBlank() ? what : what + ' ' + of);
        }
        String guardrail = subject.text(Field.GUARDRAIL);
        return guardrail == null
                ? namedTool(subject, ActionType.POLICY_CHECK)
                : plain(ActionType.POLICY_CHECK, guardrail);
    }

    private static Target mcpResource(Subject subject) {
        String uri = named(subject, Field.URI);
        boolean file = uri.regionMatches(true, 0, "file:", 0, "file:".length());
        return plain(file ? ActionType.FILE_READ : ActionType.API_CALL, Urls.bare(uri));
    }

    private static Target database(Subject subject) {
        String summary = subject.text(Field.DB_SUMMARY);
        String system = subject.text(Field.DB_SYSTEM);
        if (summary != null) {
            return plain(ActionType.DB_QUERY, SqlLiterals.masked(summary, system));
        }
        String operation = subject.text(Field.DB_OPERATION);
        String collection = subject.text(Field.DB_COLLECTION);
        if (operation != null) {
            return plain(ActionType.DB_QUERY, collection == null ? operation : operation + ' ' + collection);
        }
        String text = subject.text(Field.DB_TEXT);
        return text == null
                ? plain(ActionType.DB_QUERY, subject.name())
                : new Target(ActionType.DB_QUERY, SqlLiterals.masked(text, system), null, null, STATEMENT);
    }

    private static String http(Subject subject) {
        String method = subject.text(Field.HTTP_METHOD);
        String url = subject.text(Field.HTTP_URL);
        String bare = url == null ? subject.attributes().text("server.address") : Urls.bare(url);
        return (method == null ? "" : method.toUpperCase(Locale.ROOT) + ' ') + (bare == null ? subject.name() : bare);
    }

    private static String model(Subject subject) {
        String sent = subject.text(Field.PROVIDER);
        String provider = sent == null ? subject.emitter().provider() : sent;
        String model = subject.text(Field.MODEL);
        if (model == null) {
            return provider.isEmpty() ? subject.name() : provider;
        }
        return provider.isEmpty() ? model : provider + '/' + model;
    }

    private static String agent(Subject subject) {
        String operation = subject.text(Field.OPERATION);
        String verb = "create_agent".equals(operation) ? operation : "invoke_agent";
        String name = subject.text(Field.AGENT_NAME);
        if (name == null) {
            name = subject.text(Field.TOOL);
        }
        if (name == null) {
            Span span = subject.span();
            name = span != null && span.name().startsWith(verb + ' ')
                    ? span.name().substring(verb.length() + 1)
                    : subject.name();
        }
        return verb + ' ' + name;
    }
}
