package dev.sentinel.audit.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.config.RedactionConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.JsonBuffer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * {@code GET /v1/redaction}: what this server redacts beyond the built-in rules, and what it does not. Client libraries
 * read it so that they hide the same; any key may, also one that only sends events.
 */
public final class RedactionResource implements ApiResource {
    public static final String PATH = "/v1/redaction";

    private final Buffer answer;

    public RedactionResource(RedactionConfig config) {
        this.answer = JsonBuffer.object(json -> {
            json.writeStringField("version", config.rules().version());
            json.writeStringField("mode", config.mode().name().toLowerCase(Locale.ROOT));
            strings(json, "redact_keys", config.moreKeys());
            strings(json, "keep_keys", config.keptKeys());
            strings(json, "shapes", config.moreShapes());
        });
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    @Override
    public void mount(Router router) {
        router.get(PATH)
                .handler(ctx -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(answer.copy()));
    }
}
