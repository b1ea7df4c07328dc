package dev.sentinel.audit.ingest.feed;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A message: what a client would have sent to {@code POST /v1/events}.
 *
 * @param body not changed any more
 * @param header fields as HTTP has them, by name in lower case: {@code content-type}, and for CloudEvents in binary
 *     mode {@code ce-id} and so on
 */
public record FeedMessage(Buffer body, Map<String, String> header) {
    public FeedMessage {
        header = Map.copyOf(header);
    }
}
