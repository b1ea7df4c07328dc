package dev.sentinel.audit.forward.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as the HTTP Event Collector of Splunk does, by its documentation: "Format events for HTTP Event Collector",
 * "Possible error codes" and "About HTTP Event Collector Indexer Acknowledgment". One event loop.
 */
final class FakeSplunk implements Receiver.Handler {
    static final String TOKEN = "B5A79AAD-D822-46CC-80D1-819F80D7BFB0";
    private static final String PATH = "/services/collector";

    private final ObjectMapper json = new ObjectMapper();
    private final boolean acknowledges;
    private final int polls;
    private final List<JsonNode> indexed = new ArrayList<>();
    private final Map<String, Long> nextIds = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    boolean isUnhealthy;
    boolean isBusy;

    /** @param polls questions until a batch is indexed; negative if the token acknowledges nothing */
    FakeSplunk(int polls) {
        this.acknowledges = polls >= 0;
        this.polls = polls;
    }

    List<JsonNode> indexed() {
        return indexed;
    }

    @Override
    public void handle(HttpServerRequest request, Receiver.Received received) {
        String authorization = request.getHeader("Authorization");
        if (request.path().equals(PATH + "/health")) {
            answer(request, isUnhealthy ? 503 : 200, isUnhealthy ? 18 : 17, new JsonObject());
        } else if (authorization == null || !authorization.startsWith("Splunk ")) {
            answer(request, 401, authorization == null ? 2 : 3, new JsonObject());
        } else if (!authorization.equals("Splunk " + TOKEN)) {
            answer(request, 403, 4, new JsonObject());
        } else if (isBusy) {
            answer(request, 503, 9, new JsonObject());
        } else if (request.path().equals(PATH + "/event") || request.path().equals(PATH)) {
            events(request, received);
        } else if (request.path().equals(PATH + "/ack") && acknowledges) {
            acknowledge(request, received);
        } else {
            answer(request, request.path().startsWith(PATH) ? 400 : 404, 14, new JsonObject());
        }
    }

    private void events(HttpServerRequest request, Receiver.Received received) {
        String channel = request.getHeader("X-Splunk-Request-Channel");
        if (acknowledges && channel == null) {
            answer(request, 400, 10, new JsonObject());
            return;
        }
        if (received.body().isEmpty()) {
            answer(request, 400, 5, new JsonObject());
            return;
        }
        List<JsonNode> objects = new ArrayList<>();
        try (MappingIterator<JsonNode> values = json.readerFor(JsonNode.class).readValues(received.body())) {
            while (values.hasNextValue()) {
                objects.add(values.nextValue());
            }
        } catch (JsonProcessingException e) {
            answer(request, 400, 6, new JsonObject().put("invalid-event-number", objects.size()));
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < objects.size(); i++) {
            JsonNode event = objects.get(i);
            if (!event.has("event")) {
                answer(request, 400, 12, new JsonObject().put("invalid-event-number", i));
                return;
            }
            if (event.at("/event/resource").asText().equals("refused")) {
                answer(request, 400, 15, new JsonObject().put("invalid-event-number", i));
                return;
            }
            if (event.path("index").asText("main").equals("secret")) {
                answer(request, 400, 7, new JsonObject().put("invalid-event-number", i));
                return;
            }
        }
        indexed.addAll(objects);
        JsonObject more = new JsonObject();
        if (acknowledges) {
            long id = nextIds.merge(channel, 1L, Long::sum) - 1;
            more.put("ackId", id);
        }
        answer(request, 200, 0, more);
    }

    private void acknowledge(HttpServerRequest request, Receiver.Received received) {
        String channel = request.getParam("channel");
        JsonObject acks = new JsonObject();
        JsonArray ids = new JsonObject(received.body()).getJsonArray("acks");
        for (Object id : ids) {
            boolean isKnown = ((Number) id).longValue() < nextIds.getOrDefault(channel, 0L);
            int times = asked.merge(channel + " " + id, 1, Integer::sum);
            acks.put(id.toString(), isKnown && times > polls);
        }
        request.response()
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("acks", acks).toBuffer());
    }

    private static void answer(HttpServerRequest request, int status, int code, JsonObject more) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject()
                        .put("text", "as the server says")
                        .put("code", code)
                        .mergeIn(more)
                        .toBuffer());
    }
}
