package dev.sentinel.audit.query.export;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.evidence.Covering;
import dev.sentinel.audit.evidence.ExportProofs;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Gzip;
import dev.sentinel.audit.http.Head;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.EventOrder;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Summaries;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exports all events that a search finds, and the evidence of single runs. */
public final class ExportResource implements ApiResource {
    private static final Logger LOG = LoggerFactory.getLogger(ExportResource.class);
    private static final String PATH = "/v1/events/export";
    private static final int PAGE_EVENTS = 1_000;

    /** How long a request waits for another export to finish. */
    private static final Duration ADMISSION_TIMEOUT = Duration.ofMillis(500);

    static final DateTimeFormatter FILE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Vertx vertx;
    private final EventFinder finder;
    private final ClientAddress addresses;
    private final Clock clock;
    private final Places places;
    private final BundleResource bundles;
    private final Export.Settings settings;

    /** The parameters of a request. */
    private record Parameters(EventQuery query, ExportFile file, EventOrder order) {
        static Parameters of(QueryParameters parameters) {
            ExportFile file = ExportFile.of(parameters);
            EventOrder order = EventOrder.of(parameters);
            EventQuery query = EventQuery.of(EventFilters.everywhere(parameters), order.ofStore(), PAGE_EVENTS)
                    .withSeals(file.format() == ExportFormat.NDJSON);
            parameters.finish();
            return new Parameters(query, file, order);
        }
    }

    /**
     * @param proofs for files with all events, and for those of one run
     * @param registry for the metrics of exports
     */
    public ExportResource(
            Vertx vertx,
            EventFinder finder,
            Summaries summaries,
            ExportProofs proofs,
            ClientAddress addresses,
            HttpConfig config,
            Clock clock,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.finder = finder;
        this.addresses = addresses;
        this.clock = clock;
        Budget permits = new Budget(vertx, "exports", config.maxExports(), ADMISSION_TIMEOUT);
        this.places = new Places(permits);
        permits.registerRefusals(registry, "exports");
        this.settings =
                new Export.Settings(vertx, finder, proofs, config.answerTimeout(), new ExportMeters(permits, registry));
        this.bundles = new BundleResource(settings, summaries, places, addresses, clock);
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::export);
        bundles.mount(router);
    }

    private void export(RoutingContext ctx) {
        Parameters parameters = Parameters.of(QueryParameters.of(ctx));
        Instant began = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
        boolean gzip = Gzip.isAccepted(ctx);
        if (Head.isAsked(ctx)) {
            head(ctx.response(), parameters.file.format(), gzip, began).end();
            return;
        }
        places.take(ctx)
                .onSuccess(permit -> export(ctx, parameters, gzip, began, permit))
                .onFailure(ctx::fail);
    }

    private void export(RoutingContext ctx, Parameters parameters, boolean gzip, Instant began, Permit permit) {
        ExportActs audit = new ExportActs(vertx, details(ctx, parameters));
        // Takes the snapshot bound before it records the begin, so that the export does not contain its own event.
        finder.snapshotBound()
                .compose(snapshotBound -> covering(parameters, snapshotBound)
                        .map(covering -> new Export(
                                settings,
                                settings.to(ctx),
                                parameters.query.withSnapshotBound(snapshotBound),
                                parameters.file,
                                covering,
                                gzip,
                                began)))
                .compose(export -> audit.recordBegin().map(export))
                .compose(export -> export.first()
                        .onFailure(cause -> audit.recordEnd(0, Optional.empty(), false))
                        .map(first -> {
                            head(ctx.response(), parameters.file.format(), gzip, began)
                                    .setChunked(true);
                            return export.send(first).onComplete(sent -> {
                                audit.recordEnd(export.events(), export.leavesSha256(), sent.succeeded());
                                if (sent.failed()) {
                                    LOG.warn(
                                            "export aborted events={} cause=\"{}\"",
                                            export.events(),
                                            sent.cause().getMessage());
                                }
                            });
                        }))
                .onFailure(ctx::fail)
                // A failure while sending cannot be answered: the head is sent.
                .compose(sending -> sending)
                .onComplete(ended -> permit.release());
    }

    private Future<Optional<Covering>> covering(Parameters parameters, long snapshotBound) {
        return parameters.file.inlineProofs()
                ? settings.proofs().covering(snapshotBound).map(Optional::of)
                : Future.succeededFuture(Optional.empty());
    }

    private HttpServerResponse head(HttpServerResponse response, ExportFormat format, boolean gzip, Instant began) {
        String file = "sentinel-events-" + FILE_TIME.format(began) + "." + format.wireName();
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        // Adds to the header: CORS may have set Origin already.
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        return response.putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType())
                .putHeader("Content-Disposition", "attachment; filename=\"" + file + "\"")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
    }

    /** Records the decoded parameters, because redaction would not find a secret in %70assword%3D…. */
    private Map<String, Object> details(RoutingContext ctx, Parameters parameters) {
        Map<String, List<String>> query = new TreeMap<>();
        ctx.queryParams()
                .names()
                .forEach(name -> query.put(name, ctx.queryParams().getAll(name)));
        Map<String, Object> details = ExportActs.caller(ctx, addresses);
        details.put("query", query);
        details.put("format", parameters.file.format().wireName());
        details.put("order", parameters.order.wireName());
        return details;
    }
}
