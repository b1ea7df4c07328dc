package dev.sentinel.audit.query.export;

import dev.sentinel.audit.evidence.Covering;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Head;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The evidence of one run in one file: {@code GET /v1/traces/{trace_id}/evidence}. HEAD says whether it can be had. */
final class BundleResource implements ApiResource {
    private static final Logger LOG = LoggerFactory.getLogger(BundleResource.class);
    private static final String PATH = "/v1/traces/:trace_id/evidence";

    /** A bundle has a file for each event, and a ZIP file is written with a list of all files. */
    private static final int MAX_EVENTS = 10_000;

    private static final int PAGE_EVENTS = 1_000;

    private final Export.Settings settings;
    private final Summaries summaries;
    private final Places places;
    private final ClientAddress addresses;
    private final Clock clock;

    /** @param places shared with the other exports */
    BundleResource(Export.Settings settings, Summaries summaries, Places places, ClientAddress addresses, Clock clock) {
        this.settings = settings;
        this.summaries = summaries;
        this.places = places;
        this.addresses = addresses;
        this.clock = clock;
    }

    /** The run that a request names, as far as its client may read it. */
    private record Run(String traceId, EventQuery query) {
        static Run of(RoutingContext ctx) {
            QueryParameters parameters = QueryParameters.of(ctx);
            String traceId = ctx.pathParam("trace_id");
            EventQuery query = EventQuery.of(
                            EventFilters.ofWholeTrace(parameters, traceId), EventQuery.Order.OLDEST_FIRST, PAGE_EVENTS)
                    .withSeals(true);
            parameters.finish();
            return new Run(traceId, query);
        }
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::bundle);
    }

    private void bundle(RoutingContext ctx) {
        Run run = Run.of(ctx);
        Instant began = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
        if (Head.isAsked(ctx)) {
            countable(run)
                    .compose(counted -> settings.finder().snapshotBound())
                    .compose(settings.proofs()::covering)
                    .onSuccess(covering -> head(ctx.response(), began).end())
                    .onFailure(ctx::fail);
            return;
        }
        places.take(ctx)
                .onSuccess(permit -> bundle(ctx, run, began).onComplete(ended -> permit.release()))
                .onFailure(ctx::fail);
    }

    /** Fails with a problem if there is no such run, or if it is too long. */
    private Future<TraceSummary> countable(Run run) {
        return summaries.trace(run.traceId, run.query.filter().agentPrefix()).map(found -> {
            TraceSummary summary =
                    found.orElseThrow(() -> new Problem(404, "No event names this trace.").asException());
            if (!summary.complete() || summary.total() > MAX_EVENTS) {
                throw new Problem(
                                422,
                                "The run has more than " + MAX_EVENTS + " events, which are too many for a bundle."
                                        + " Export the whole log: its file proves all events.")
                        .asException();
            }
            return summary;
        });
    }

    private Future<Void> bundle(RoutingContext ctx, Run run, Instant began) {
        Map<String, Object> details = ExportActs.caller(ctx, addresses);
        details.put("format", "evidence");
        details.put("trace", run.traceId);
        ExportActs audit = new ExportActs(settings.vertx(), details);
        return countable(run)
                .compose(counted -> settings.finder().snapshotBound())
                .compose(bound ->
                        settings.proofs().covering(bound).map(covering -> bundle(ctx, run, bound, covering, began)))
                .compose(bundle ->
                        bundle.check().onFailure(cause -> bundle.close()).map(bundle))
                .compose(bundle ->
                        audit.recordBegin().onFailure(cause -> bundle.close()).map(bundle))
                .onFailure(ctx::fail)
                .compose(bundle -> {
                    head(ctx.response(), began).setChunked(true);
                    return bundle.send().onComplete(sent -> {
                        audit.recordEnd(bundle.events(), bundle.leavesSha256(), sent.succeeded());
                        if (sent.failed()) {
                            LOG.warn(
                                    "bundle aborted events={} cause=\"{}\"",
                                    bundle.events(),
                                    sent.cause().getMessage());
                        }
                    });
                });
    }

    private Bundle bundle(RoutingContext ctx, Run run, long bound, Covering covering, Instant began) {
        return new Bundle(settings, settings.to(ctx), run.query.withSnapshotBound(bound), covering, run.traceId, began);
    }

    private static HttpServerResponse head(HttpServerResponse response, Instant began) {
        String file = "sentinel-evidence-" + ExportResource.FILE_TIME.format(began) + ".zip";
        return response.putHeader(HttpHeaders.CONTENT_TYPE, "application/zip")
                .putHeader("Content-Disposition", "attachment; filename=\"" + file + "\"")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
    }
}
