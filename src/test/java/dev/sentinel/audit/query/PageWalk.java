package dev.sentinel.audit.query;

import dev.sentinel.audit.TestClient;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows Link headers from the first page to the last, like a client. */
final class PageWalk {
    private static final Pattern LINK = Pattern.compile("<([^>]*)>; rel=\"next\"");

    private final TestClient client;
    private final Runnable betweenPages;

    PageWalk(TestClient client) {
        this(client, () -> {});
    }

    PageWalk(TestClient client, Runnable betweenPages) {
        this.client = client;
        this.betweenPages = betweenPages;
    }

    List<Long> seqs(String first) {
        return items(first, "events").stream()
                .map(event -> event.getLong("seq"))
                .toList();
    }

    List<JsonObject> items(String first, String field) {
        List<JsonObject> items = new ArrayList<>();
        Optional<String> target = Optional.of(first);
        while (target.isPresent()) {
            HttpResponse<String> response = client.get(target.get());
            JsonObject body = new JsonObject(response.body());
            body.getJsonArray(field).forEach(item -> items.add((JsonObject) item));
            target = next(response);
            if (target.isPresent() != (body.getString("next_cursor") != null)) {
                throw new AssertionError("Link and next_cursor disagree: " + target + " " + body);
            }
            betweenPages.run();
        }
        return items;
    }

    static Optional<String> next(HttpResponse<String> response) {
        return response.headers().firstValue("Link").map(link -> {
            Matcher matcher = LINK.matcher(link);
            if (!matcher.matches()) {
                throw new AssertionError("no link: " + link);
            }
            return matcher.group(1);
        });
    }
}
