package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/** What {@code _bulk} says about each event of a batch ("Bulk API", Elasticsearch and OpenSearch). */
final class BulkAnswer {
    /** Nothing else of an answer is needed. */
    static final String FILTER = "filter_path=errors,items.*.status,items.*.error.type";

    private static final int ALREADY_THERE = 409;
    private static final Pattern ERROR_TYPE = Pattern.compile("[a-z_]{1,80}");

    private BulkAnswer() {}

    /**
     * What became of the batch. An event that is there already counts as taken: it was, by a try before. As long as one
     * may be taken later, the batch is tried again.
     *
     * @param events how many were sent
     */
    static Future<Delivery> outcome(Buffer body, int events) {
        JsonArray items;
        try {
            items = new JsonObject(body).getValue("items") instanceof JsonArray found ? found : new JsonArray();
        } catch (DecodeException | ClassCastException e) {
            items = new JsonArray();
        }
        if (items.size() != events) {
            return Future.failedFuture(DeliveryException.away("the answer is not that of a bulk request"));
        }
        Delivery outcome = new Delivery.Done("HTTP 200");
        DeliveryException denied = null;
        for (int i = 0; i < events; i++) {
            JsonObject item = created(items.getValue(i));
            int status = item.getValue("status") instanceof Number number ? number.intValue() : 0;
            if (status / 100 == 2 || status == ALREADY_THERE) {
                continue;
            }
            String message = "HTTP " + status + error(item);
            switch (status) {
                case 400, 413, 422 -> {
                    if (outcome instanceof Delivery.Done) {
                        outcome = new Delivery.Refused(i, message);
                    }
                }
                case 401, 403, 404 -> denied = DeliveryException.denied(message);
                default -> {
                    return Future.failedFuture(DeliveryException.away(message));
                }
            }
        }
        return denied == null ? Future.succeededFuture(outcome) : Future.failedFuture(denied);
    }

    private static JsonObject created(Object item) {
        return item instanceof JsonObject wrapped && wrapped.getValue("create") instanceof JsonObject created
                ? created
                : new JsonObject();
    }

    /** The type of an error is a word of the server; its reason would quote the event. */
    private static String error(JsonObject item) {
        return item.getValue("error") instanceof JsonObject error
                        && error.getValue("type") instanceof String type
                        && ERROR_TYPE.matcher(type).matches()
                ? ", " + type
                : "";
    }
}
