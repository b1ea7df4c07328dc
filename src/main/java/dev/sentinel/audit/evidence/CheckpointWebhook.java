package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.SignedNote;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Posts checkpoints to a server elsewhere. Follows no redirect. */
final class CheckpointWebhook {
    private static final long CONNECT_MS = 5_000;
    private static final long ANSWER_MS = 10_000;

    private final HttpClient http;
    private final URI url;

    CheckpointWebhook(Vertx vertx, URI url) {
        this.http = vertx.createHttpClient();
        this.url = url;
    }

    /** Completes when the server has answered with a status of 200 to 299. */
    Future<Void> post(SignedNote note) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url.toString())
                .setConnectTimeout(CONNECT_MS)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        return http.request(options)
                .compose(request -> request.send(Buffer.buffer(note.toString()))
                        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                        .onFailure(cause -> request.reset())
                        .compose(answer -> {
                            // What it says is not read.
                            boolean accepted = answer.statusCode() / 100 == 2;
                            answer.end().onFailure(cause -> request.connection().close());
                            return accepted
                                    ? Future.<Void>succeededFuture()
                                    : Future.failedFuture(
                                            new IllegalStateException("it answered " + answer.statusCode()));
                        }));
    }

    void close() {
        http.close();
    }
}
