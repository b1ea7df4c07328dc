package dev.sentinel.audit.ingest.sources;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Http2Listener;
import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemFormat;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.model.Timestamps;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/sources}, for keys with the scope admin: it names keys, addresses and programs of all clients. As it
 * is asked to write every problem, it sees those of the requests that send something, and leaves the writing to others.
 */
public final class SourcesResource implements ApiResource, ProblemFormat, Http2Listener {
    private static final String PATH = "/v1/sources";
    private static final String GRPC =
            "A gRPC exporter is talking to the HTTP port. Set" + " OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.";

    private final Sources sources;
    private final Function<RoutingContext, @Nullable String> hints;

    /**
     * Shows what these sources know.
     *
     * @param hints what to tell a client about the path of its request; null if it is right
     */
    public SourcesResource(Sources sources, Function<RoutingContext, @Nullable String> hints) {
        this.sources = sources;
        this.hints = hints;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::list);
    }

    @Override
    public @Nullable Written write(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        if (HttpMethod.POST.equals(request.method())) {
            String hint = hints.apply(ctx);
            sources.failed(
                    Caller.isKnown(ctx) ? Caller.of(ctx).id() : null,
                    address(request.remoteAddress()),
                    request.getHeader(HttpHeaders.USER_AGENT),
                    problem.status(),
                    hint == null ? problem.detail() : hint);
        }
        return null;
    }

    @Override
    public void speaksHttp2(String address) {
        sources.failed(null, address, null, 0, GRPC);
    }

    private static String address(@Nullable SocketAddress client) {
        return client == null || client.hostAddress() == null ? "" : client.hostAddress();
    }

    private void list(RoutingContext ctx) {
        if (!Caller.of(ctx).has(Scope.ADMIN)) {
            throw new Problem(403, "This key lacks the scope \"admin\". Use a key that has it.").asException();
        }
        Sources.View view = sources.view();
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(JsonBuffer.object(json -> write(json, view)));
    }

    private static void write(JsonGenerator json, Sources.View view) throws IOException {
        json.writeStringField("since", Timestamps.format(view.since()));
        json.writeNumberField("forgotten", view.forgotten());
        json.writeArrayFieldStart("sources");
        for (Source.View source : view.sources()) {
            write(json, source);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("problems");
        for (Trouble.View trouble : view.troubles()) {
            write(json, trouble);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Source.View source) throws IOException {
        json.writeStartObject();
        json.writeStringField("key_id", source.origin().keyId());
        json.writeStringField("protocol", source.origin().protocol());
        json.writeStringField("producer", source.origin().producer());
        json.writeStringField("first_seen", Timestamps.format(source.firstSeen()));
        json.writeStringField("last_seen", Timestamps.format(source.lastSeen()));
        json.writeNumberField("requests", source.requests());
        json.writeNumberField("kept", source.kept());
        json.writeNumberField("duplicate", source.duplicate());
        json.writeNumberField("conflict", source.conflict());
        json.writeNumberField("rejected", source.rejected());
        json.writeObjectFieldStart("ignored");
        for (Map.Entry<String, Long> reason : source.ignored().entrySet()) {
            json.writeNumberField(reason.getKey(), reason.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Trouble.View seen) throws IOException {
        json.writeStartObject();
        json.writeStringField("key_id", seen.trouble().keyId());
        json.writeStringField("address", seen.trouble().address());
        json.writeStringField("producer", seen.trouble().producer());
        json.writeNumberField("status", seen.trouble().status());
        json.writeStringField("detail", seen.trouble().detail());
        json.writeStringField("first_seen", Timestamps.format(seen.firstSeen()));
        json.writeStringField("last_seen", Timestamps.format(seen.lastSeen()));
        json.writeNumberField("count", seen.count());
        json.writeEndObject();
    }
}
