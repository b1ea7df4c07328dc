package dev.sentinel.audit.forward.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers {@code _bulk} as Elasticsearch does, by its documentation: each item by itself, and 200 for the whole. A
 * resource says what happens to its event. One event loop.
 */
final class FakeElastic implements Receiver.Handler {
    static final String API_KEY = "VuaCfGcBCdbkQm-e5aOx";

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, JsonNode> documents = new LinkedHashMap<>();
    boolean isFull;

    /** By id, in the order in which they were created. */
    Map<String, JsonNode> documents() {
        return documents;
    }

    @Override
    public void handle(HttpServerRequest request, Receiver.Received received) {
        String authorization = request.getHeader("Authorization");
        if (!List.of("ApiKey " + API_KEY, "Basic ZWxhc3RpYzpjaGFuZ2U6bWU=").contains(authorization + "")) {
            request.response().setStatusCode(401).end("{\"error\":{\"type\":\"security_exception\"},\"status\":401}");
        } else if (!request.path().equals("/prefix/logs-sentinel-default/_bulk")) {
            request.response().setStatusCode(404).end();
        } else if (received.body().isEmpty()) {
            request.response()
                    .setStatusCode(400)
                    .end("{\"error\":{\"type\":\"parse_exception\",\"reason\":\"request body is required\"}}");
        } else if (!received.body().endsWith("\n")
                || !"application/x-ndjson".equals(request.getHeader("Content-Type"))) {
            request.response().setStatusCode(400).end();
        } else {
            bulk(request, received.body());
        }
    }

    private void bulk(HttpServerRequest request, String body) {
        JsonArray items = new JsonArray();
        boolean errors = false;
        List<String> lines = body.lines().toList();
        try {
            for (int i = 0; i < lines.size(); i += 2) {
                String id = json.readTree(lines.get(i)).at("/create/_id").asText();
                JsonNode document = json.readTree(lines.get(i + 1));
                JsonObject item = create(id, document);
                errors |= item.containsKey("error");
                items.add(new JsonObject().put("create", item));
            }
        } catch (JsonProcessingException e) {
            request.response().setStatusCode(400).end();
            return;
        }
        request.response()
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("errors", errors).put("items", items).toBuffer());
    }

    private JsonObject create(String id, JsonNode document) {
        String resource = document.at("/sentinel/resource").asText();
        if (isFull) {
            return failed(429, "es_rejected_execution_exception");
        }
        if (documents.containsKey(id)) {
            return failed(409, "version_conflict_engine_exception");
        }
        switch (resource) {
            case "unmappable" -> {
                return failed(400, "document_parsing_exception");
            }
            case "forbidden" -> {
                return failed(403, "security_exception");
            }
            case "strange" -> {
                return failed(400, "text of the event: <script>");
            }
            default -> documents.put(id, document);
        }
        return new JsonObject().put("status", 201);
    }

    private static JsonObject failed(int status, String type) {
        return new JsonObject().put("status", status).put("error", new JsonObject().put("type", type));
    }
}
