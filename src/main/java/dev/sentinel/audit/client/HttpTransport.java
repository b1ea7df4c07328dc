package dev.sentinel.audit.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Talks to the server over persistent connections: HTTP/2 if TLS negotiates it, else HTTP/1.1. Any thread. */
final class HttpTransport {
    private static final String NDJSON = "application/x-ndjson";
    private static final String USER_AGENT = "sentinel-audit-java";

    private static final String REDACTION = "redaction";

    private final URI events;
    private final @Nullable String token;
    private final HttpClient client;

    HttpTransport(URI events, @Nullable String token, Duration connectTimeout, @Nullable SSLContext tls) {
        this.events = events;
        this.token = token;
        // Without TLS, HTTP/2 needs an upgrade request, which not every proxy understands.
        boolean secure = "https".equalsIgnoreCase(events.getScheme());
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.client = builder.build();
    }

    /**
     * Sends a batch and waits for the whole answer.
     *
     * @param retries the number of retries to report to the server
     * @throws IOException if there is no answer
     * @throws TimeoutException if there is no complete answer in time
     */
    RawAnswer post(byte[] body, boolean compressed, int retries, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        HttpRequest.Builder request = HttpRequest.newBuilder(events)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", NDJSON)
                .header("User-Agent", USER_AGENT);
        if (compressed) {
            request.header("Content-Encoding", "gzip");
        }
        authorize(request);
        if (retries > 0) {
            request.header("Sentinel-Retry-Count", Integer.toString(retries));
        }
        // The timeout of HttpRequest covers only the head of the answer. This one covers the body too.
        CompletableFuture<HttpResponse<String>> exchange = client.sendAsync(request.build(), head -> new BoundedBody());
        try {
            return raw(exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    /**
     * Asks for the server's rules of redaction. Does not block; fails if there is no complete answer in time. Giving
     * up, by the timeout or by cancelling the future, closes the exchange.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The actions take failures too.
    CompletableFuture<RawAnswer> rules(Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(events.resolve(REDACTION)).GET().header("User-Agent", USER_AGENT);
        authorize(request);
        CompletableFuture<HttpResponse<String>> exchange = client.sendAsync(request.build(), head -> new BoundedBody());
        CompletableFuture<RawAnswer> answer = new CompletableFuture<>();
        exchange.whenComplete((response, failure) -> {
            if (failure == null) {
                answer.complete(raw(response));
            } else {
                answer.completeExceptionally(failure);
            }
        });
        answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((done, failure) -> exchange.cancel(true));
        return answer;
    }

    private void authorize(HttpRequest.Builder request) {
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
    }

    private static RawAnswer raw(HttpResponse<String> answer) {
        return new RawAnswer(
                answer.statusCode(), answer.headers().firstValue("Retry-After").orElse(null), answer.body());
    }
}
