package dev.sentinel.audit.evidence;

import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.event.Uuids;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Proves single events, and says how the signed log is. */
public final class ProofResource implements ApiResource {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final long POLL_MS = 100;
    private static final int MAX_WAIT_MS = 10_000;

    private final Vertx vertx;
    private final EventFinder finder;
    private final LogReader log;
    private final Evidence evidence;
    private final LogProofs proofs;
    private final Clock clock;

    public ProofResource(
            Vertx vertx, EventFinder finder, LogReader log, TreeStore store, Evidence evidence, Clock clock) {
        this.vertx = vertx;
        this.finder = finder;
        this.log = log;
        this.evidence = evidence;
        this.clock = clock;
        this.proofs = new LogProofs(store);
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/events/:event_id/proof").handler(this::proof);
        router.get("/v1/log").handler(this::status);
        router.get("/v1/log/consistency").handler(this::consistency);
    }

    private void proof(RoutingContext ctx) {
        UUID eventId = Uuids.parse(ctx.pathParam("event_id"));
        if (eventId == null) {
            throw invalid("The event_id must be a UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2.");
        }
        int waitMs = wait(ctx.request().getParam("wait"));
        boolean witnessed = LogResource.isWitnessed(ctx);
        finder.find(eventId)
                .compose(found -> {
                    StoredEvent event = found.filter(stored ->
                                    Caller.of(ctx).mayTouch(stored.event().agentInstanceId()))
                            .orElseThrow(() -> new Problem(404, "No event has this id.").asException());
                    return covering(event, witnessed, waitMs)
                            .compose(covered -> proofs.proof(
                                    covered.published, covered.event.seq(), new Leaf().bytes(covered.event)));
                })
                .onSuccess(proof -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .putHeader("Content-Disposition", "attachment; filename=\"" + eventId + ".tlog-proof\"")
                        .end(proof.toString()))
                .onFailure(ctx::fail);
    }

    /** An event, and a checkpoint that covers it. */
    private record Covered(StoredEvent event, Published published) {}

    /** A new event has no checkpoint for up to a second, or a minute with witnesses, and maybe no position yet. */
    private Future<Covered> covering(StoredEvent event, boolean witnessed, int waitMs) {
        Evidence.Now now = evidence.now();
        Published published = witnessed ? now.witnessed() : now.published();
        if (event.seq() != StoredEvent.UNSEQUENCED && published != null && event.seq() < published.size()) {
            return Future.succeededFuture(new Covered(event, published));
        }
        EvidenceState state = evidence.state();
        if (waitMs <= 0 || !state.isAtWork()) {
            return Future.failedFuture(notCovered(state, witnessed));
        }
        return vertx.timer(POLL_MS, TimeUnit.MILLISECONDS)
                .compose(again -> event.seq() == StoredEvent.UNSEQUENCED
                        ? finder.find(event.event().eventId()).map(found -> found.orElse(event))
                        : Future.succeededFuture(event))
                .compose(found -> covering(found, witnessed, waitMs - (int) POLL_MS));
    }

    private static ProblemException notCovered(EvidenceState state, boolean witnessed) {
        boolean isSigned = state == EvidenceState.SIGNING || state == EvidenceState.FOLLOWING;
        if (witnessed && isSigned) {
            return new Problem(503, "No checkpoint with the cosignatures of WITNESS_POLICY covers this event yet.")
                    .asException();
        }
        return new Problem(
                        503,
                        isSigned
                                ? "No checkpoint covers this event yet. Retry in a second."
                                : "No checkpoint covers this event: " + state.meaning() + ".")
                .asException();
    }

    /** Milliseconds of {@code 2s} or {@code 500ms}; 0 if the parameter was not sent. */
    private static int wait(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        if (text.matches("[0-9]{1,5}ms|[0-9]{1,2}s")) {
            int ms = text.endsWith("ms")
                    ? Integer.parseInt(text.substring(0, text.length() - 2))
                    : 1_000 * Integer.parseInt(text.substring(0, text.length() - 1));
            if (ms <= MAX_WAIT_MS) {
                return ms;
            }
        }
        throw invalid("The parameter wait must be a time of at most 10s, such as 2s or 500ms.");
    }

    private void consistency(RoutingContext ctx) {
        Published published = evidence.now().published();
        long from = size(ctx, "from");
        long to = size(ctx, "to");
        if (from > to) {
            throw invalid("The parameter from must not be greater than to.");
        }
        if (published == null || to > published.size()) {
            throw new Problem(404, "No checkpoint has that many events yet.").asException();
        }
        proofs.consistency(published, from, to)
                .onSuccess(hashes ->
                        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, TEXT).end(lines(hashes)))
                .onFailure(ctx::fail);
    }

    private static String lines(List<TreeHash> hashes) {
        return hashes.stream().map(hash -> hash.base64() + "\n").collect(Collectors.joining());
    }

    private static long size(RoutingContext ctx, String name) {
        String text = ctx.request().getParam(name);
        if (text == null || !text.matches("0|[1-9][0-9]{0,17}")) {
            throw invalid("The parameter " + name + " must be a number of events.");
        }
        return Long.parseLong(text);
    }

    private static ProblemException invalid(String detail) {
        return new Problem(422, detail).asException();
    }

    private void status(RoutingContext ctx) {
        Evidence.Now now = evidence.now();
        Published published = now.published();
        long events = log.end();
        Buffer body = JsonBuffer.object(json -> {
            json.writeStringField("state", evidence.state().wireName());
            json.writeStringField("meaning", evidence.meaning());
            json.writeNumberField("events", events);
            json.writeNumberField("minimum_index", 0);
            if (published != null) {
                json.writeStringField("origin", published.checkpoint().origin());
                json.writeNumberField("size", published.size());
                json.writeStringField("root", published.root().base64());
                json.writeStringField("signed_at", Timestamps.format(published.signedAt()));
                json.writeNumberField("lag", Math.max(0, events - published.size()));
            }
            if (now.witnessed() != null) {
                json.writeNumberField("witnessed_size", now.witnessed().size());
            }
            if (!evidence.witnesses().isEmpty()) {
                json.writeArrayFieldStart("witnesses");
                for (WitnessStatus witness : evidence.witnesses()) {
                    witness.write(json, clock);
                }
                json.writeEndArray();
            }
        });
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }
}
