package dev.sentinel.audit.views;

import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.ViewStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * {@code /v1/views}: each key reads and changes its own. The scope {@code read} suffices, because views are no events.
 * On a server that asks for no key, everyone shares them.
 */
public final class ViewsResource implements ApiResource {
    /** The path to which a key that only reads may post. */
    public static final String PATH = "/v1/views";

    private static final String ONE = PATH + "/:id";
    private static final int MAX_BODY_BYTES = 16 << 10;

    private final ViewStore store;
    private final SecretFinder secrets;
    private final Clock clock;

    public ViewsResource(ViewStore store, SecretFinder secrets, Clock clock) {
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(ctx -> answer(ctx, 200, list(owner(ctx))));
        router.post(PATH).handler(body()).handler(this::add);
        router.patch(ONE).handler(body()).handler(this::change);
        router.delete(ONE).handler(this::remove);
    }

    private static BodyHandler body() {
        return BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
    }

    private static String owner(RoutingContext ctx) {
        String id = Caller.of(ctx).id();
        return id == null ? "" : id;
    }

    private Future<JsonObject> list(String owner) {
        return store.of(owner).map(views -> {
            JsonArray list = new JsonArray();
            views.forEach(view -> list.add(json(view)));
            return new JsonObject().put("views", list);
        });
    }

    private static JsonObject json(SavedView view) {
        return new JsonObject()
                .put("id", view.id())
                .put("name", view.name())
                .put("path", view.path())
                .put("created_at", Timestamps.format(view.created()));
    }

    private void add(RoutingContext ctx) {
        ViewBody body = ViewBody.of(ctx, secrets);
        SavedView view = new SavedView(
                owner(ctx),
                UUID.randomUUID().toString(),
                ViewBody.required(body.name(), "name"),
                ViewBody.required(body.path(), "path"),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        answer(ctx, 201, store.add(view).map(outcome -> done(outcome, view)));
    }

    /** What the body does not have stays. */
    private void change(RoutingContext ctx) {
        ViewBody body = ViewBody.of(ctx, secrets);
        String id = ctx.pathParam("id");
        answer(
                ctx,
                200,
                store.of(owner(ctx))
                        .map(views -> views.stream()
                                .filter(view -> view.id().equals(id))
                                .findFirst()
                                .orElseThrow(() -> unknown().asException()))
                        .map(old -> new SavedView(
                                old.owner(),
                                id,
                                body.name() == null ? old.name() : body.name(),
                                body.path() == null ? old.path() : body.path(),
                                old.created()))
                        .compose(view -> store.change(view).map(outcome -> done(outcome, view))));
    }

    private static JsonObject done(ViewStore.Outcome outcome, SavedView view) {
        return switch (outcome) {
            case DONE -> json(view);
            case NAME_TAKEN ->
                throw new Problem(409, "Another of your views has this name. Choose another name.").asException();
            case FULL ->
                throw new Problem(409, "There are " + ViewStore.MAX_VIEWS + " views of this key. Remove one.")
                        .asException();
            case UNKNOWN -> throw unknown().asException();
        };
    }

    private static Problem unknown() {
        return new Problem(404, "This key has no view with this id.");
    }

    private void remove(RoutingContext ctx) {
        store.remove(owner(ctx), ctx.pathParam("id"))
                .onComplete(
                        removed -> {
                            if (removed) {
                                ctx.response().setStatusCode(204).end();
                            } else {
                                ctx.fail(unknown().asException());
                            }
                        },
                        ctx::fail);
    }

    private static void answer(RoutingContext ctx, int status, Future<JsonObject> answer) {
        answer.onComplete(
                json -> ctx.response()
                        .setStatusCode(status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(json.toBuffer()),
                ctx::fail);
    }
}
