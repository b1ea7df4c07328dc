package dev.sentinel.audit.query.export;

import dev.sentinel.audit.evidence.Covering;
import dev.sentinel.audit.evidence.ExportProofs;
import dev.sentinel.audit.evidence.ExportProofs.ExportProof;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends one file to a client. Runs on the context of its request; formats and compresses pages on a worker. */
final class Export {
    private static final int RETRIES = 5;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /**
     * The settings of all exports.
     *
     * @param timeout how long a client may take to read one page
     */
    record Settings(Vertx vertx, EventFinder finder, ExportProofs proofs, Duration timeout, ExportMeters meters) {
        /** The body of the answer to a request. */
        Outflow to(RoutingContext ctx) {
            return new Outflow(vertx, ctx.response(), ctx.request().connection(), Caller.stillAuthorized(ctx), timeout);
        }

        /**
         * Reads a page. Retries, so that one query that is refused in a busy moment does not abort an hour's export.
         */
        Future<FoundEvents> search(EventQuery query, Outflow client) {
            return search(query, client, RETRIES);
        }

        private Future<FoundEvents> search(EventQuery query, Outflow client, int retries) {
            return finder.search(query)
                    .recover(cause -> retries == 0 || client.isClosed()
                            ? Future.failedFuture(cause)
                            : vertx.timer(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                                    .compose(again -> search(query, client, retries - 1)));
        }
    }

    private final Settings settings;
    private final Outflow client;
    private final EventQuery query;
    private final ExportFile file;
    private final Optional<InlineProofs> proofs;
    private final Compression compression;
    private final Instant began;
    private final Promise<Long> done = Promise.promise();
    private final LeavesDigest leaves = new LeavesDigest();
    private Optional<String> leavesSha256 = Optional.empty();
    private long events;

    /** @param covering by which each line is proven; empty for lines without proofs */
    Export(
            Settings settings,
            Outflow client,
            EventQuery query,
            ExportFile file,
            Optional<Covering> covering,
            boolean gzip,
            Instant began) {
        this.settings = settings;
        this.client = client;
        this.query = query;
        this.file = file;
        this.proofs = covering.map(found -> new InlineProofs(settings.vertx, found));
        this.compression = new Compression(gzip);
        this.began = began;
    }

    /** The number of events sent. */
    long events() {
        return events;
    }

    /** The digest of the file; empty before its end, and for a format without seals. */
    Optional<String> leavesSha256() {
        return leavesSha256;
    }

    /** Reads the first page. Before that completes, a failure can still be answered. */
    Future<FoundEvents> first() {
        return settings.finder
                .search(query)
                .compose(page -> proofs.map(inline -> inline.check(page)).orElseGet(() -> Future.succeededFuture(page)))
                .onFailure(none -> compression.close());
    }

    /**
     * Sends the whole file, beginning with the first page; the response head must be set. Completes with the number of
     * events when the last byte is sent. On failure, closes the connection.
     */
    Future<Long> send(FoundEvents first) {
        compress(file.beginning()).compose(client::write).onComplete(begun -> {
            if (begun.succeeded()) {
                page(first);
            } else {
                done.fail(begun.cause());
            }
        });
        return done.future()
                .onFailure(cause -> client.abort())
                .onComplete(ended -> settings.vertx.executeBlocking(() -> {
                    compression.close();
                    return null;
                }));
    }

    /** Not a chain of futures, which would grow with the file. */
    private void page(FoundEvents page) {
        Future<FoundEvents> following = following(page);
        proofs.map(inline -> inline.lines(page))
                .orElseGet(() -> settings.vertx.executeBlocking(() -> file.rows(page), false))
                .compose(rows -> settings.vertx.executeBlocking(() -> compressed(page, rows), false))
                .compose(client::write)
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

    private Buffer compressed(FoundEvents page, Buffer rows) {
        if (query.sealed()) {
            leaves.add(page);
        }
        return compression.compress(rows);
    }

    /** Reads the next page while the current one is written. Null after the last page. */
    private Future<@Nullable FoundEvents> following(FoundEvents page) {
        return page.next() == null
                ? Future.succeededFuture()
                : settings.search(query.after(page.next()), client).map(found -> found);
    }

    private void end() {
        leavesSha256 = query.sealed() ? leaves.hex() : Optional.empty();
        proof().compose(proof -> settings.vertx.executeBlocking(
                        () -> compression
                                .compress(file.ending(new Ending(events, began, leavesSha256, proof)))
                                .copy()
                                .appendBuffer(compression.finish()),
                        false))
                .compose(client::end)
                .onSuccess(ended -> done.complete(events))
                .onFailure(done::tryFail);
    }

    /** Only the whole log, from its first event on, has a tree of its own. */
    private Future<Optional<ExportProof>> proof() {
        return query.sealed() && query.filter().equals(EventFilter.ALL)
                ? settings.proofs.of(events)
                : Future.succeededFuture(Optional.empty());
    }

    private Future<Buffer> compress(Buffer piece) {
        return settings.vertx.executeBlocking(() -> compression.compress(piece), false);
    }
}
