package dev.sentinel.audit.evidence;

import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.evidence.tlog.EntryBundle;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TilePath;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Gzip;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Serves the log in the layout of C2SP's tlog-tiles, which public tools read and verify. */
public final class LogResource implements ApiResource {
    /** Where the log is served. */
    public static final String PATH = "/log";

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String NONE_YET = "There is no checkpoint yet. Retry later.";

    /** The memory of a bundle while it is built: 256 of the largest events may be read for it. */
    private static final int BUNDLE_BYTES = 4 << 20;

    private final Vertx vertx;
    private final LogReader log;
    private final Evidence evidence;
    private final LogProofs proofs;
    private final Budget memory;
    private final boolean isPublic;
    private final @Nullable Policy witnesses;

    /**
     * @param memory bytes of all answers that are being built or sent
     * @param isPublic whether caches that several clients share may keep tiles
     * @param witnesses the witnesses that are asked for cosignatures; null for none
     */
    public LogResource(
            Vertx vertx,
            LogReader log,
            TreeStore store,
            Evidence evidence,
            Budget memory,
            boolean isPublic,
            @Nullable Policy witnesses) {
        this.vertx = vertx;
        this.log = log;
        this.evidence = evidence;
        this.proofs = new LogProofs(store);
        this.memory = memory;
        this.isPublic = isPublic;
        this.witnesses = witnesses;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH + "/checkpoint").handler(this::checkpoint);
        router.get(PATH + "/key").handler(this::keys);
        router.get(PATH + "/policy").handler(this::policy);
        router.get(PATH + "/tile/*").handler(this::tile);
    }

    private void checkpoint(RoutingContext ctx) {
        Evidence.Now now = evidence.now();
        Published published = isWitnessed(ctx) ? now.witnessed() : now.published();
        if (published == null) {
            ctx.fail(new Problem(404, NONE_YET).asException());
            return;
        }
        text(ctx, "no-cache", published.note().toString());
    }

    private void keys(RoutingContext ctx) {
        List<String> keys = evidence.verifierKeys();
        if (keys.isEmpty()) {
            ctx.fail(new Problem(404, "The log has no signing key yet.").asException());
            return;
        }
        text(ctx, "no-cache", String.join("\n", keys) + "\n");
    }

    /** Whether the newest checkpoint with a quorum of cosignatures is wanted, not the newest one. */
    static boolean isWitnessed(RoutingContext ctx) {
        String wanted = ctx.request().getParam("witnessed");
        if (wanted != null && !wanted.equals("true") && !wanted.equals("false")) {
            throw new Problem(422, "The parameter witnessed must be true or false.").asException();
        }
        return "true".equals(wanted);
    }

    private void policy(RoutingContext ctx) {
        if (witnesses == null) {
            ctx.fail(new Problem(404, "The server asks no witnesses: WITNESS_POLICY is not set.").asException());
            return;
        }
        List<VerifierKey> keys =
                evidence.verifierKeys().stream().map(VerifierKey::parse).toList();
        text(ctx, "no-cache", witnesses.withLogs(keys).text());
    }

    private static void text(RoutingContext ctx, String caching, String body) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
                .putHeader(HttpHeaders.CACHE_CONTROL, caching)
                .end(body);
    }

    private void tile(RoutingContext ctx) {
        String path = ctx.request().path().substring(PATH.length() + 1);
        Optional<TilePath> entries = TileId.parseEntries(path);
        TilePath wanted = entries.or(() -> TileId.parse(path)).orElse(null);
        Published published = evidence.now().published();
        if (wanted == null || published == null || wanted.width() > wanted.id().widthAt(published.size())) {
            ctx.fail(new Problem(404, "The log has no such tile.").asException());
        } else if (entries.isPresent()) {
            entries(ctx, wanted);
        } else {
            proofs.tile(published, wanted.id(), wanted.width())
                    .onSuccess(tile -> tile.ifPresentOrElse(
                            hashes -> bytes(ctx, Buffer.buffer(Arrays.copyOf(hashes, wanted.width() * TreeHash.BYTES))),
                            () -> ctx.fail(new Problem(404, "The log has no such tile.").asException())))
                    .onFailure(ctx::fail);
        }
    }

    /** A tile never changes, and neither does a part of one. */
    private Future<Void> bytes(RoutingContext ctx, Buffer body) {
        return ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, (isPublic ? "" : "private, ") + "max-age=31536000, immutable")
                .end(body)
                .otherwiseEmpty();
    }

    /** The leaves show who did what kind of thing when, also of agents that a key with a prefix must not read. */
    private void entries(RoutingContext ctx, TilePath wanted) {
        if (!Caller.of(ctx).agentPrefix().isEmpty()) {
            ctx.fail(new Problem(403, "This key may read events of some agents only, and entries are of all.")
                    .asException());
            return;
        }
        long from = wanted.id().index() * Tile.WIDTH;
        memory.take(Caller.client(ctx), Math.min(BUNDLE_BYTES, memory.capacity()))
                .compose(permit -> leaves(from, from + wanted.width(), new ArrayList<>())
                        .compose(leaves -> bundle(ctx, EntryBundle.encode(leaves)))
                        .onComplete(sent -> permit.release()))
                .onFailure(ctx::fail);
    }

    /** Leaves repeat names and values, so they shrink to a third. */
    private Future<Void> bundle(RoutingContext ctx, byte[] entries) {
        ctx.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (!Gzip.isAccepted(ctx)) {
            return bytes(ctx, Buffer.buffer(entries));
        }
        return vertx.executeBlocking(() -> compressed(entries), false).compose(body -> {
            ctx.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            return bytes(ctx, body);
        });
    }

    private static Buffer compressed(byte[] entries) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write(entries);
        }
        return Buffer.buffer(body.toByteArray());
    }

    private Future<List<byte[]>> leaves(long from, long to, List<byte[]> leaves) {
        if (from == to) {
            return Future.succeededFuture(leaves);
        }
        return log.read(from, (int) (to - from))
                .map(events -> consecutive(events, from))
                .compose(events -> vertx.executeBlocking(() -> leavesOf(events), false))
                .compose(read -> {
                    leaves.addAll(read);
                    return leaves(from + read.size(), to, leaves);
                });
    }

    /** A bundle with a gap would be a lie that caches keep for ever. */
    private static List<StoredEvent> consecutive(List<StoredEvent> events, long from) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).seq() != from + i) {
                throw new Unavailable("the log has no event at position " + (from + i), null);
            }
        }
        if (events.isEmpty()) {
            throw new Unavailable("the log has no event at position " + from, null);
        }
        return events;
    }

    private static List<byte[]> leavesOf(List<StoredEvent> events) {
        Leaf leaf = new Leaf();
        return events.stream().map(leaf::bytes).toList();
    }
}
