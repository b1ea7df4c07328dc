package dev.sentinel.audit.query.export;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Gzip;
import dev.sentinel.audit.http.Head;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets clients take along all that a search finds. */
public final class ExportResource implements ApiResource {
    private static final Logger LOG = LoggerFactory.getLogger(ExportResource.class);
    private static final String PATH = "/v1/events/export";
    private static final int PAGE_EVENTS = 1_000;

    /** How long a client waits for the place of another that is just ready. */
    private static final Duration ADMISSION_TIMEOUT = Duration.ofMillis(500);

    private static final DateTimeFormatter FILE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Vertx vertx;
    private final EventStore store;
    private final ClientAddress addresses;
    private final Clock clock;
    private final Budget places;
    private final Export.Settings settings;

    /** The orders of a search, as the parameter has them. */
    private enum Order {
        DESC(EventQuery.Order.NEWEST_FIRST),
        ASC(EventQuery.Order.OLDEST_FIRST);

        private final EventQuery.Order order;

        Order(EventQuery.Order order) {
            this.order = order;
        }

        String wireName() {
            return this == ASC ? "asc" : "desc";
        }
    }

    /** What a request asks for. */
    private record Wanted(EventQuery query, ExportFormat format, Order order) {
        static Wanted of(QueryParameters parameters) {
            ExportFormat format =
                    parameters.choice("format", ExportFormat.values(), ExportFormat::wireName, ExportFormat.NDJSON);
            Order order = parameters.choice("order", Order.values(), Order::wireName, Order.DESC);
            EventQuery query = EventFilters.everywhere(parameters, order.order, PAGE_EVENTS);
            parameters.finish();
            return new Wanted(query, format, order);
        }
    }

    /** @param registry where exports are counted */
    public ExportResource(
            Vertx vertx,
            EventStore store,
            ClientAddress addresses,
            HttpConfig config,
            Clock clock,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.store = store;
        this.addresses = addresses;
        this.clock = clock;
        this.places = new Budget(vertx, "exports", config.maxExports(), ADMISSION_TIMEOUT);
        this.settings = new Export.Settings(vertx, store, config.answerTimeout(), new ExportMeters(places, registry));
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::export);
    }

    private void export(RoutingContext ctx) {
        Wanted wanted = Wanted.of(QueryParameters.of(ctx));
        Instant began = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
        boolean gzip = Gzip.isAccepted(ctx);
        if (Head.isAsked(ctx)) {
            head(ctx.response(), wanted.format, gzip, began).end();
            return;
        }
        places.take(1)
                .recover(none -> Future.failedFuture(new Problem(
                                503, "There are as many exports as this server makes (MAX_EXPORTS). Come again later.")
                        .asException()))
                .onSuccess(place -> export(ctx, wanted, gzip, began, place))
                .onFailure(ctx::fail);
    }

    private void export(RoutingContext ctx, Wanted wanted, boolean gzip, Instant began, Permit place) {
        ExportActs acts = new ExportActs(vertx, details(ctx, wanted));
        // What is asked first is not among what is exported.
        store.snapshotBound()
                .compose(snapshotBound -> acts.begins().map(snapshotBound))
                .map(snapshotBound -> new Export(
                        settings,
                        ctx.response(),
                        ctx.request().connection(),
                        Caller.stillAuthorized(ctx),
                        wanted.query.withSnapshotBound(snapshotBound),
                        wanted.format,
                        gzip,
                        began))
                .compose(export -> export.first()
                        .onFailure(cause -> acts.ended(0, false))
                        .map(first -> {
                            head(ctx.response(), wanted.format, gzip, began).setChunked(true);
                            return export.send(first).onComplete(sent -> {
                                acts.ended(export.events(), sent.succeeded());
                                if (sent.failed()) {
                                    LOG.warn(
                                            "an export was cut off events={} cause=\"{}\"",
                                            export.events(),
                                            sent.cause().getMessage());
                                }
                            });
                        }))
                .onFailure(ctx::fail)
                // Failures of the sending are not answered: the head has left.
                .compose(sending -> sending)
                .onComplete(ended -> place.release());
    }

    private HttpServerResponse head(HttpServerResponse response, ExportFormat format, boolean gzip, Instant began) {
        String file = "sentinel-events-" + FILE_TIME.format(began) + "." + format.wireName();
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        // An allowed origin is named there already.
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        return response.putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType())
                .putHeader("Content-Disposition", "attachment; filename=\"" + file + "\"")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
    }

    /** The parameters as they are read, and not as they are spelled: nobody would find a secret in %70assword%3D…. */
    private Map<String, Object> details(RoutingContext ctx, Wanted wanted) {
        Principal caller = Caller.of(ctx);
        InetAddress address = addresses.of(ctx.request());
        Map<String, List<String>> query = new TreeMap<>();
        ctx.queryParams()
                .names()
                .forEach(name -> query.put(name, ctx.queryParams().getAll(name)));
        return Map.of(
                "key_id",
                caller.id() == null ? "none" : caller.id(),
                "address",
                address == null ? "unknown" : address.getHostAddress(),
                "query",
                query,
                "format",
                wanted.format.wireName(),
                "order",
                wanted.order.wireName());
    }
}
