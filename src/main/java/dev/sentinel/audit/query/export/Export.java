package dev.sentinel.audit.query.export;

import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One file on its way to a client. On the context of its request; what is made of a page, on a worker. */
final class Export {
    private static final int RETRIES = 5;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /**
     * What all exports have in common.
     *
     * @param timeout how long a client may take for one page
     */
    record Settings(Vertx vertx, EventStore store, Duration timeout, ExportMeters meters) {}

    private final Settings settings;
    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final BooleanSupplier authorized;
    private final EventQuery query;
    private final ExportFormat format;
    private final Compression compression;
    private final Instant began;
    private final Promise<Long> done = Promise.promise();
    private long events;

    Export(
            Settings settings,
            HttpServerResponse response,
            HttpConnection connection,
            BooleanSupplier authorized,
            EventQuery query,
            ExportFormat format,
            boolean gzip,
            Instant began) {
        this.settings = settings;
        this.response = response;
        this.connection = connection;
        this.authorized = authorized;
        this.query = query;
        this.format = format;
        this.compression = new Compression(gzip);
        this.began = began;
    }

    /** How many events have been sent. */
    long events() {
        return events;
    }

    /** The first page. Until there is one, a failure can be answered. */
    Future<FoundEvents> first() {
        return settings.store.search(query).onFailure(none -> compression.close());
    }

    /**
     * Sends everything, beginning with the first page; the head of the response is complete. Completes with the number
     * of events when the last byte has left. Where it fails, the connection is cut.
     */
    Future<Long> send(FoundEvents first) {
        make(format.beginning()).compose(this::write).onComplete(begun -> {
            if (begun.succeeded()) {
                page(first);
            } else {
                done.fail(begun.cause());
            }
        });
        return done.future()
                .onFailure(cause -> Abort.now(connection))
                .onComplete(ended -> settings.vertx.executeBlocking(() -> {
                    compression.close();
                    return null;
                }));
    }

    /** Not recursive in its futures: a chain of them would be as long as the file. */
    private void page(FoundEvents page) {
        Future<FoundEvents> following = following(page);
        settings.vertx
                .executeBlocking(() -> compression.pack(format.rows(page)), false)
                .compose(this::write)
                .compose(written -> {
                    events += page.count();
                    settings.meters.sent(page.count());
                    return following;
                })
                .onSuccess(next -> {
                    if (next != null) {
                        page(next);
                    } else {
                        end();
                    }
                })
                .onFailure(done::tryFail);
    }

    /** Null behind the last one. Read while the page before it is written. */
    private Future<@Nullable FoundEvents> following(FoundEvents page) {
        return page.next() == null
                ? Future.succeededFuture()
                : search(query.after(page.next()), RETRIES).map(found -> found);
    }

    /** One query that is refused in a busy moment must not cost an hour's export. */
    private Future<FoundEvents> search(EventQuery next, int retries) {
        return settings.store
                .search(next)
                .recover(cause -> retries == 0 || response.closed()
                        ? Future.failedFuture(cause)
                        : settings.vertx
                                .timer(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                                .compose(again -> search(next, retries - 1)));
    }

    private void end() {
        settings.vertx
                .executeBlocking(
                        () -> compression
                                .pack(format.ending(events, began))
                                .copy()
                                .appendBuffer(compression.finish()),
                        false)
                .compose(response::end)
                .onSuccess(ended -> done.complete(events))
                .onFailure(done::tryFail);
    }

    private Future<Buffer> make(Buffer piece) {
        return settings.vertx.executeBlocking(() -> compression.pack(piece), false);
    }

    /** Completes when the connection has taken it. */
    private Future<Void> write(Buffer piece) {
        if (response.closed()) {
            return Future.failedFuture(new ClientGone("the connection was closed"));
        }
        if (!authorized.getAsBoolean()) {
            return Future.failedFuture(new ClientGone("the key is no longer valid"));
        }
        if (piece.length() == 0) {
            return Future.succeededFuture();
        }
        long timer = settings.vertx.setTimer(settings.timeout.toMillis(), late -> Abort.now(connection));
        return response.write(piece).onComplete(written -> settings.vertx.cancelTimer(timer));
    }
}
