package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Reach;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests to one server. It connects to the address that {@link Reach} gives for each request; the name stays in
 * {@code Host}, SNI and the check of the certificate. Follows no redirect. One context.
 */
final class HttpTarget {
    /** From the first byte that is sent to the last one that is received. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

    private static final int CONNECT_MS = 5_000;
    private static final int KEEP_ALIVE_SECONDS = 15;

    private final Trust trust;
    private final Future<HttpClient> http;
    private final Reach reach;
    private final String host;
    private final int port;
    private final boolean tls;
    private final String path;
    private final Duration timeout;

    HttpTarget(Vertx vertx, Settings settings) {
        this(vertx, settings, ANSWER_TIMEOUT);
    }

    HttpTarget(Vertx vertx, Settings settings, Duration timeout) {
        Options options = new Options(settings);
        URI url = options.url();
        this.tls = url.getScheme().endsWith("https");
        this.host = url.getHost();
        this.port = url.getPort() < 0 ? (tls ? 443 : 80) : url.getPort();
        this.path = path(url);
        this.reach = settings.reach();
        this.timeout = timeout;
        HttpClientOptions client = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout(CONNECT_MS)
                .setSslHandshakeTimeout(CONNECT_MS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
        this.trust = new Trust(vertx, options);
        this.http = trust.options()
                .map(trusted ->
                        vertx.createHttpClient(client.setTrustOptions(trusted), new PoolOptions().setHttp1MaxSize(1)));
    }

    /** The path of a URL, without slashes at its end; may be empty. */
    static String path(URI url) {
        return url.getRawPath().replaceFirst("/+$", "");
    }

    /** See {@link #path(URI)}. */
    String path() {
        return path;
    }

    /**
     * Sends a request.
     *
     * @param uri path and query; begins with a slash
     * @param maxAnswer bytes of the answer to read; the rest is dropped, with the connection
     * @return fails with a {@link dev.sentinel.audit.forward.DeliveryException} without an answer
     */
    Future<HttpAnswer> send(HttpMethod method, String uri, MultiMap headers, Buffer body, int maxAnswer) {
        return http.compose(client -> address()
                        .compose(address -> client.request(new RequestOptions()
                                .setMethod(method)
                                .setServer(address)
                                .setHost(host)
                                .setPort(port)
                                .setSsl(tls)
                                .setURI(uri)
                                .setFollowRedirects(false))))
                .compose(request -> {
                    request.headers().addAll(headers).set(HttpHeaders.USER_AGENT, "Sentinel");
                    return request.send(body)
                            .compose(response -> answer(request, response, maxAnswer))
                            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .onFailure(cause -> request.reset());
                })
                .recover(cause -> Future.failedFuture(ConnectFailure.of(cause)));
    }

    private Future<SocketAddress> address() {
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return tls ? reach.address(plain, port) : reach.unencrypted(plain, port);
    }

    private static Future<HttpAnswer> answer(HttpClientRequest request, HttpClientResponse response, int max) {
        Promise<HttpAnswer> answer = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() <= max) {
                body.appendBuffer(part);
            } else if (answer.tryComplete(of(response, body, false))) {
                request.reset();
            }
        });
        response.exceptionHandler(answer::tryFail);
        response.endHandler(end -> answer.tryComplete(of(response, body, true)));
        return answer.future();
    }

    private static HttpAnswer of(HttpClientResponse response, Buffer body, boolean isWhole) {
        return new HttpAnswer(
                response.statusCode(),
                HttpAnswer.retryAfter(response.getHeader(HttpHeaders.RETRY_AFTER), Clock.systemUTC()),
                body,
                isWhole);
    }

    Future<Void> close() {
        return http.compose(HttpClient::close);
    }
}
