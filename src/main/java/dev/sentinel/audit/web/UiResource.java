package dev.sentinel.audit.web;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves the dashboard. */
public final class UiResource implements ApiResource {
    private static final String ROOT = "/ui/";

    /** Nothing inline, nothing from or to another host, no frames. */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    /** Paths of the page; its script knows what each shows. */
    private static final Set<String> VIEWS = Set.of("", "events", "agents", "agent", "trace");

    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    /** Made when it is first asked for; event loops may make it twice at first, and the same. */
    private volatile @Nullable Bundle bundle;

    @Override
    public void mount(Router router) {
        router.get("/ui/*").handler(this::serve);
    }

    private void serve(RoutingContext ctx) {
        // As it was sent: the normalized path has no slash at its end.
        String path = ctx.request().path();
        if (path.startsWith(ROOT)) {
            bundle(ctx.vertx())
                    .onSuccess(files -> serve(ctx, files, path.substring(ROOT.length())))
                    .onFailure(ctx::fail);
        } else {
            ctx.response()
                    .setStatusCode(308)
                    .putHeader(HttpHeaders.LOCATION, ROOT)
                    .end();
        }
    }

    private static void serve(RoutingContext ctx, Bundle bundle, String path) {
        String folder = bundle.folder() + '/';
        if (path.startsWith(folder)) {
            Asset file = bundle.files().get(path.substring(folder.length()));
            if (file == null) {
                noSuchFile(ctx);
            } else {
                AssetAnswer.send(ctx, file, FOR_EVER);
            }
        } else if (!VIEWS.contains(path)) {
            noSuchFile(ctx);
        } else {
            ctx.response().putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
            AssetAnswer.send(ctx, bundle.page(), "no-cache");
        }
    }

    private static void noSuchFile(RoutingContext ctx) {
        ctx.fail(new Problem(404, "There is no such file.").asException());
    }

    private Future<Bundle> bundle(Vertx vertx) {
        Bundle known = bundle;
        return known != null
                ? Future.succeededFuture(known)
                : vertx.executeBlocking(Bundle::load, false).onSuccess(made -> bundle = made);
    }
}
