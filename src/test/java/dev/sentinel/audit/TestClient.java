package dev.sentinel.audit;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of a server on this machine. Thread-safe. Network exceptions are unchecked. */
public final class TestClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    public TestClient(int port) {
        this.port = port;
    }

    public int port() {
        return port;
    }

    /** Sends a GET; path and query are sent as they are. Headers alternate names and values. */
    public HttpResponse<String> get(String target, String... headers) {
        return get(HttpResponse.BodyHandlers.ofString(), target, headers);
    }

    public <T> HttpResponse<T> get(HttpResponse.BodyHandler<T> body, String target, String... headers) {
        return send(request(target, headers).GET(), body);
    }

    /** Like {@link #get}, without waiting for the response. */
    public CompletableFuture<HttpResponse<String>> getLater(String target, String... headers) {
        return client.sendAsync(request(target, headers).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    public JsonObject getJson(String target) {
        return new JsonObject(get(target).body());
    }

    /** Posts events. */
    public HttpResponse<String> post(String contentType, String body) {
        return post(HttpRequest.BodyPublishers.ofString(body), "Content-Type", contentType);
    }

    /** Posts a body to {@code /v1/events}. */
    public HttpResponse<String> post(HttpRequest.BodyPublisher body, String... headers) {
        return send(request("/v1/events", headers).POST(body), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a body to any path. Headers alternate names and values. */
    public HttpResponse<String> postTo(String target, HttpRequest.BodyPublisher body, String... headers) {
        return send(request(target, headers).POST(body), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a body to any path. */
    public HttpResponse<String> postTo(String target, String contentType, String body) {
        return send(
                request(target, "Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a request with any method and no body. */
    public HttpResponse<String> send(String method, String target, String... headers) {
        return send(
                request(target, headers).method(method, HttpRequest.BodyPublishers.noBody()),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String target, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(TIMEOUT);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request.build(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
