package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.MetadataWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry of {@code otel.truncated}: a text of which only the beginning is stored.
 *
 * @param at an RFC 6901 JSON pointer into the event
 * @param bytes of the whole text in UTF-8, without its secrets
 * @param sha256 of these bytes, in hexadecimal
 */
record Cut(String at, int bytes, String sha256) {
    static final String MEMBER = "truncated";

    static Cut of(String at, String whole) {
        return new Cut(at, StorableText.utf8Length(whole), StorableText.sha256(whole));
    }

    JsonNode toNode() {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        members.put("at", new JsonNode.Str(at));
        members.put("bytes", new JsonNode.Literal(Integer.toString(bytes)));
        members.put("sha256", new JsonNode.Str(sha256));
        return new JsonNode.Members(members);
    }

    void write(MetadataWriter out) {
        out.startObject();
        out.text("at", at);
        out.number("bytes", bytes);
        out.text("sha256", sha256);
        out.end();
    }
}
