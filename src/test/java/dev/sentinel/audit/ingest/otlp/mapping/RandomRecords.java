package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Bytes;
import dev.sentinel.audit.ingest.otlp.wire.Empty;
import dev.sentinel.audit.ingest.otlp.wire.Flag;
import dev.sentinel.audit.ingest.otlp.wire.Items;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Members;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Real;
import dev.sentinel.audit.ingest.otlp.wire.RecordVisitor;
import dev.sentinel.audit.ingest.otlp.wire.Scope;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.SpanEvent;
import dev.sentinel.audit.ingest.otlp.wire.SpanLink;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.ingest.otlp.wire.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates records of all emitters with attributes of any kind and size. Deterministic for a seed. */
final class RandomRecords {
    private static final List<String> KEYS = List.of(
            "gen_ai.tool.name",
            "gen_ai.tool.call.arguments",
            "gen_ai.tool.call.result",
            "gen_ai.operation.name",
            "gen_ai.conversation.id",
            "gen_ai.agent.id",
            "gen_ai.agent.name",
            "gen_ai.usage.input_tokens",
            "session.id",
            "user.id",
            "user.account_uuid",
            "event.name",
            "event.sequence",
            "event.timestamp",
            "tool_name",
            "tool_input",
            "tool_use_id",
            "decision",
            "source",
            "duration_ms",
            "success",
            "error",
            "error.type",
            "url.full",
            "http.url",
            "http.request.method",
            "db.system.name",
            "db.query.text",
            "openinference.span.kind",
            "input.value",
            "output.value",
            "traceloop.span.kind",
            "ai.operationId",
            "mcp.method.name",
            "mcp.resource.uri",
            "model",
            "password",
            "api_key",
            "prompt",
            "headers",
            "arguments",
            "output",
            "call_id",
            "conversation.id",
            "function_name",
            "function_args",
            "name",
            "value",
            "cost_usd",
            "llm.cost.total");
    private static final List<String> WORDS = List.of(
            "tool_result",
            "tool_decision",
            "api_request",
            "execute_tool",
            "chat",
            "TOOL",
            "LLM",
            "tool",
            "ai.toolCall",
            "tools/call",
            "resources/read",
            "Read",
            "Bash",
            "WebFetch",
            "mcp__srv__do",
            "accept",
            "reject",
            "true",
            "false",
            "12",
            "1e9",
            "-3",
            "NaN",
            "2026-11-23T00:00:00Z",
            "claude_code.tool_result",
            "codex.tool_result",
            "gemini_cli.tool_call",
            "password",
            "Authorization");
    private static final List<String> SECRETS = List.of(
            "ghp_" + "a1B2c3D4e5F6".repeat(3),
            "password=hunter2hunter2",
            "{\"password\":\"hunter2hunter2\"}",
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "AKIAIOSFODNN7EXAMPLE",
            "https://bob:hunter2hunter2@example.com/x?token=abcdef0123456789abcdef",
            "{\"url\":\"https://bob:hunter2hunter2@h/x\"}",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n",
            "[REDACTED]",
            "curl -H 'X-Api-Key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0'",
            "--password hunter2hunter2");

    private final Random random;

    RandomRecords(long seed) {
        random = new Random(seed);
    }

    void visit(RecordVisitor visitor, int count) {
        for (int i = 0; i < count; i++) {
            Origin origin = new Origin(resource(), new Scope(scope(), text(5)));
            if (random.nextBoolean()) {
                visitor.span(origin, span());
            } else {
                visitor.log(origin, log());
            }
        }
    }

    private Attributes resource() {
        Attributes.Builder resource = Attributes.builder();
        if (random.nextInt(4) > 0) {
            resource.put("service.name", oneOf(List.of("claude-code", "codex_exec", "gemini-cli", "svc", text(300))));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            resource.put(oneOf(List.of("host.name", "service.version", "sentinel.agent_instance_id")), value(1));
        }
        return resource.build();
    }

    private String scope() {
        return oneOf(List.of("", "ai", "strands.telemetry", "com.opencode", "pydantic-ai", text(300)));
    }

    private Span span() {
        List<SpanEvent> events = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            events.add(new SpanEvent(1, oneOf(List.of("exception", "gen_ai.choice", text(20))), attributes(5)));
        }
        List<SpanLink> links = new ArrayList<>();
        for (int i = random.nextInt(10) == 0 ? 60 : random.nextInt(3); i > 0; i--) {
            links.add(new SpanLink(hex(32), hex(16)));
        }
        return new Span(
                random.nextInt(20) == 0 ? "" : hex(32),
                hex(16),
                random.nextBoolean() ? hex(16) : "",
                random.nextBoolean() ? oneOf(WORDS) : text(3000),
                random.nextInt(8),
                time(),
                time(),
                attributes(random.nextInt(20) == 0 ? 400 : 20),
                events,
                links,
                random.nextInt(4),
                text(2000),
                random.nextInt(5));
    }

    private LogRecord log() {
        return new LogRecord(
                time(),
                time(),
                random.nextInt(30),
                text(5),
                random.nextBoolean() ? Text.of(oneOf(WORDS)) : value(2),
                attributes(random.nextInt(20) == 0 ? 400 : 20),
                random.nextBoolean() ? hex(32) : "",
                random.nextBoolean() ? hex(16) : "",
                random.nextBoolean() ? "" : text(50),
                random.nextInt(5));
    }

    private long time() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextLong();
            case 2 -> -1;
            case 3 -> 1;
            default -> 1_795_392_000_000_000_000L + random.nextInt();
        };
    }

    private Attributes attributes(int most) {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            String key = random.nextInt(3) > 0 ? oneOf(KEYS) : text(random.nextInt(30) == 0 ? 1000 : 12);
            attributes.put(key, value(random.nextInt(40) == 0 ? 60 : 3));
        }
        return attributes.build();
    }

    private Value value(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 8)) {
            case 0, 1, 2 -> Text.of(oneOf(WORDS));
            case 3 -> Text.of(text(random.nextInt(40) == 0 ? 100_000 : 2000));
            case 4 -> new Whole(random.nextLong() >> random.nextInt(64));
            case 5 -> new Real(random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian() * 1e10);
            case 6 -> random.nextBoolean() ? new Flag(random.nextBoolean()) : Empty.EMPTY;
            case 7 -> random.nextBoolean() ? Bytes.of(new byte[random.nextInt(40)]) : Text.of(json(3));
            case 8, 9 -> {
                List<Value> items = new ArrayList<>();
                for (int i = depth > 10 ? 1 : random.nextInt(4); i > 0; i--) {
                    items.add(value(depth - 1));
                }
                yield new Items(items);
            }
            default -> {
                Attributes.Builder members = Attributes.builder();
                for (int i = depth > 10 ? 1 : random.nextInt(5); i > 0; i--) {
                    members.put(random.nextBoolean() ? oneOf(KEYS) : text(10), value(depth - 1));
                }
                yield new Members(members.build());
            }
        };
    }

    /** A text that is JSON, mostly. */
    private String json(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 4)) {
            case 0 -> "\"" + oneOf(List.of("a", "\\ud800", "\\u0000", "/src/Main.java", "hunter2hunter2")) + "\"";
            case 1 -> oneOf(List.of("0", "-1.5e400", "123456789012345678901234567890", "1".repeat(1200)));
            case 2 -> oneOf(List.of("true", "null", "[]", "{}"));
            case 3 -> "[".repeat(random.nextInt(150)) + "{";
            case 4 -> "[" + json(depth - 1) + "," + json(depth - 1) + "]";
            default ->
                "{\"" + oneOf(List.of("file_path", "password", "url", "a\\u0000", "a\\ud800")) + "\":" + json(depth - 1)
                        + ",\"" + oneOf(List.of("file_path", "name", "content")) + "\": " + json(depth - 1) + "}";
        };
    }

    private String text(int longest) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(longest + 1);
        while (text.length() < length) {
            switch (random.nextInt(12)) {
                case 0 -> text.append(oneOf(SECRETS));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x1F600 + random.nextInt(50));
                case 3 -> text.append('\0');
                case 4 -> text.append("\"\\\n\t");
                case 5 -> text.append("/src/main.java ");
                default -> text.append("word".repeat(random.nextInt(3)) + ' ');
            }
        }
        return text.toString();
    }

    private String hex(int digits) {
        StringBuilder hex = new StringBuilder();
        while (hex.length() < digits) {
            hex.append(Integer.toHexString(random.nextInt(16)));
        }
        return hex.toString();
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
