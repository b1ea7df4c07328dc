package dev.sentinel.audit;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ConnectionLimit;
import dev.sentinel.audit.http.HttpVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The HTTP servers of all event loops, which share one port. */
final class HttpInstances {
    private final Vertx vertx;
    private final List<HttpVerticle> instances;
    private final List<String> deployed = new ArrayList<>();

    HttpInstances(Vertx vertx, HttpConfig config, ConnectionLimit limit, List<ApiResource> resources) {
        this.vertx = vertx;
        this.instances = Stream.generate(() -> new HttpVerticle(config, limit, resources))
                .limit(config.eventLoops())
                .toList();
    }

    /** Starts them one after the other: the first one finds the port. */
    Future<Void> listen() {
        Future<Void> listening = Future.succeededFuture();
        for (HttpVerticle instance : instances) {
            listening = listening
                    .compose(done -> vertx.deployVerticle(instance, new DeploymentOptions()))
                    .map(id -> {
                        deployed.add(id);
                        return null;
                    });
        }
        return listening;
    }

    /**
     * Stops all of them at once: otherwise clients of a closed instance would reconnect to one that still accepts. Also
     * after a start that failed halfway.
     */
    Future<?> close() {
        return Future.join(deployed.stream().map(vertx::undeploy).toList());
    }

    /** The port; only once they listen. */
    int port() {
        return instances.get(0).port();
    }

    /** Whether each responds within this time. Blocks; not for an event loop. */
    boolean areResponsive(Duration within) {
        try {
            Future.join(instances.stream().map(HttpVerticle::respond).toList())
                    .await(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
