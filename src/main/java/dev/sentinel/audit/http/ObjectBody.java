package dev.sentinel.audit.http;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.StrictObject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON object in the body of a request that is not about events, behind a body handler. Event loop. */
public final class ObjectBody {
    private ObjectBody() {}

    /** Whether the request has no body. */
    public static boolean isAbsent(RoutingContext ctx) {
        Buffer body = ctx.body().buffer();
        return body == null || body.length() == 0;
    }

    /**
     * Reads it. Throws a {@link ProblemException}: 400 if it is not one JSON object, 422 if one of its members is
     * ambiguous or cannot be stored.
     */
    public static JsonObject of(RoutingContext ctx) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, @Nullable Object> members = null;
        try {
            members =
                    isAbsent(ctx) ? null : StrictObject.read(ctx.body().buffer().getBytes(), errors);
        } catch (MalformedJsonException e) {
            throw new Problem(400, "The body must be a JSON object. " + e.getMessage()).asException();
        }
        if (members == null) {
            throw new Problem(400, "The body must be a JSON object.").asException();
        }
        if (!errors.isEmpty()) {
            throw new Problem(422, "The body is not valid.", errors).asException();
        }
        return new JsonObject(members);
    }
}
