package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** {@code /v1/destinations}: for administrators. */
public final class DestinationsResource implements ApiResource {
    private static final String PATH = "/v1/destinations";
    private static final String ONE = PATH + "/:id";
    private static final long MAX_BODY_BYTES = 64 << 10;
    private static final Set<String> DEFINITION = Set.of("url", "options", "filters", "on_refused");
    private static final Set<String> NEW = Set.of("id", "url", "options", "filters", "on_refused", "start");

    private final ForwardParts parts;
    private final Administration administration;
    private final Forwarding running;
    private final Trial trial;

    DestinationsResource(ForwardParts parts, Administration administration, Forwarding running) {
        this.parts = parts;
        this.administration = administration;
        this.running = running;
        this.trial = new Trial(parts);
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(ctx -> answer(ctx, 200, list(admin(ctx))));
        router.post(PATH).handler(body()).handler(this::create);
        router.get(ONE).handler(ctx -> run(ctx, (caller, found) -> Future.succeededFuture(json(found))));
        router.patch(ONE)
                .handler(body())
                .handler(ctx -> run(
                        ctx,
                        (caller, found) -> administration
                                .change(caller, found, DestinationBody.of(ctx, DEFINITION))
                                .compose(done -> show(caller, id(ctx)))));
        router.delete(ONE).handler(this::remove);
        router.post(ONE + "/test").handler(ctx -> run(ctx, (caller, found) -> trial.test(id(ctx), found.definition())));
        router.post(ONE + "/pause")
                .handler(ctx -> run(
                        ctx,
                        (caller, found) -> administration.pause(caller, found).compose(done -> show(caller, id(ctx)))));
        router.post(ONE + "/resume")
                .handler(body())
                .handler(ctx -> run(ctx, (caller, found) -> resume(ctx, caller, found)));
        router.post(ONE + "/replay")
                .handler(body())
                .handler(ctx -> run(ctx, (caller, found) -> replay(ctx, caller, found)));
        router.delete(ONE + "/replay")
                .handler(ctx -> run(
                        ctx,
                        (caller, found) ->
                                administration.endReplay(caller, found).compose(done -> show(caller, id(ctx)))));
        router.get(ONE + "/failures").handler(ctx -> run(ctx, (caller, found) -> failures(id(ctx))));
        router.delete(ONE + "/failures")
                .handler(ctx -> run(
                        ctx,
                        (caller, found) -> administration
                                .forgetRefused(caller, found)
                                .map(removed -> new JsonObject().put("removed", removed))));
        router.post(ONE + "/failures/retry")
                .handler(ctx -> run(ctx, (caller, found) -> trial.retry(id(ctx), found.definition())));
        router.get(ONE + "/deliveries")
                .handler(ctx -> run(ctx, (caller, found) -> Future.succeededFuture(deliveries(id(ctx)))));
    }

    private static BodyHandler body() {
        return BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
    }

    private static String id(RoutingContext ctx) {
        return ctx.pathParam("id");
    }

    private static Principal admin(RoutingContext ctx) {
        Principal caller = Caller.of(ctx);
        if (!caller.has(Scope.ADMIN)) {
            throw new Problem(403, "This key lacks the scope \"admin\". Use a key that has it.").asException();
        }
        return caller;
    }

    private Future<JsonObject> list(Principal caller) {
        return administration.all(caller).map(all -> {
            JsonArray list = new JsonArray();
            all.forEach(found -> list.add(json(found)));
            return new JsonObject().put("destinations", list);
        });
    }

    private void run(RoutingContext ctx, BiFunction<Principal, Administration.Found, Future<JsonObject>> work) {
        Principal caller = admin(ctx);
        answer(ctx, 200, administration.find(caller, id(ctx)).compose(found -> work.apply(caller, found)));
    }

    private void create(RoutingContext ctx) {
        Principal caller = admin(ctx);
        answer(ctx, 201, attempt(() -> {
            DestinationBody body = DestinationBody.of(ctx, NEW);
            String id = body.required("id");
            return administration.create(caller, body).compose(done -> {
                ctx.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + id);
                return show(caller, id);
            });
        }));
    }

    private void remove(RoutingContext ctx) {
        Principal caller = admin(ctx);
        administration
                .find(caller, id(ctx))
                .compose(found -> administration.remove(caller, found))
                .onComplete(done -> ctx.response().setStatusCode(204).end(), ctx::fail);
    }

    private Future<JsonObject> show(Principal caller, String id) {
        return administration.find(caller, id).map(this::json);
    }

    private JsonObject json(Administration.Found found) {
        return DestinationJson.of(
                found.row(),
                found.definition(),
                running.of(found.row().id()),
                parts.log().end(),
                found.replay());
    }

    private Future<JsonObject> resume(RoutingContext ctx, Principal caller, Administration.Found found) {
        DestinationBody body = DestinationBody.of(ctx, Set.of("from"));
        return administration
                .resume(caller, found, body.has("from") ? body.start("from", "") : null)
                .compose(done -> show(caller, id(ctx)));
    }

    private Future<JsonObject> replay(RoutingContext ctx, Principal caller, Administration.Found found) {
        DestinationBody body = DestinationBody.of(ctx, Set.of("from", "until"));
        body.required("from");
        return administration
                .replay(caller, found, body.start("from", ""), body.start("until", "now"))
                .compose(done -> show(caller, id(ctx)));
    }

    private Future<JsonObject> failures(String id) {
        return parts.store().refused(id).map(events -> {
            JsonArray list = new JsonArray();
            events.forEach(event -> list.add(DestinationJson.of(event)));
            return new JsonObject().put("failures", list);
        });
    }

    /** Of this server: another one that has delivered before has others. */
    private JsonObject deliveries(String id) {
        JsonArray list = new JsonArray();
        running.of(id)
                .map(forwarder -> forwarder.attempts().newestFirst())
                .orElse(List.of())
                .forEach(attempt -> list.add(DestinationJson.of(attempt)));
        return new JsonObject().put("deliveries", list).put("delivered_here", running.has(id));
    }

    private static Future<JsonObject> attempt(Supplier<Future<JsonObject>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static void answer(RoutingContext ctx, int status, Future<JsonObject> answer) {
        answer.onComplete(
                json -> ctx.response()
                        .setStatusCode(status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(json.toBuffer()),
                cause -> ctx.fail(cause instanceof InvalidDestinationException invalid ? problem(invalid) : cause));
    }

    private static Throwable problem(InvalidDestinationException invalid) {
        FieldError error = new FieldError("/" + invalid.member(), String.valueOf(invalid.getMessage()));
        return new Problem(422, "The destination is not valid.", List.of(error)).asException();
    }
}
