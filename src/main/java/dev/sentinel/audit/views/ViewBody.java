package dev.sentinel.audit.views;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.http.ObjectBody;
import dev.sentinel.audit.http.Problem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of a request about a view.
 *
 * @param name null if it is absent
 * @param path null if it is absent
 */
record ViewBody(@Nullable String name, @Nullable String path) {
    private static final int MAX_NAME = 100;
    private static final int MAX_PATH = 4_000;
    private static final String NAME = "name";
    private static final String PATH = "path";

    /**
     * A view of the dashboard with its parameters, as browsers write them: no host, no fragment, nothing that could be
     * markup or the beginning of another URL.
     */
    private static final Pattern OF_DASHBOARD = Pattern.compile("/ui/[a-z]*(\\?[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?");

    /** Reads the body. Throws a {@link dev.sentinel.audit.http.ProblemException} that names every wrong member. */
    static ViewBody of(RoutingContext ctx, SecretFinder secrets) {
        JsonObject json = ObjectBody.of(ctx);
        List<FieldError> errors = new ArrayList<>();
        for (Map.Entry<String, Object> member : json) {
            if (!member.getKey().equals(NAME) && !member.getKey().equals(PATH)) {
                errors.add(new FieldError("", "has a member that no view has; there are name, path"));
            } else if (!(member.getValue() instanceof String)) {
                errors.add(new FieldError("/" + member.getKey(), "must be a string"));
            }
        }
        if (errors.isEmpty()) {
            check(json, secrets, errors);
        }
        if (!errors.isEmpty()) {
            throw new Problem(422, "The view is not valid.", errors).asException();
        }
        String name = json.getString(NAME);
        return new ViewBody(name == null ? null : name.strip(), json.getString(PATH));
    }

    private static void check(JsonObject json, SecretFinder secrets, List<FieldError> errors) {
        String name = json.getString(NAME);
        if (name != null && !isName(name)) {
            errors.add(new FieldError("/" + NAME, "must have 1 to " + MAX_NAME + " characters on one line"));
        } else if (name != null && secrets.isSecret(name)) {
            errors.add(new FieldError("/" + NAME, SecretFinder.REFUSAL));
        }
        String path = json.getString(PATH);
        if (path != null
                && (path.length() > MAX_PATH || !OF_DASHBOARD.matcher(path).matches())) {
            errors.add(new FieldError(
                    "/" + PATH,
                    "must be a path of the dashboard, such as /ui/events?query=status:error, of at most " + MAX_PATH
                            + " characters"));
        } else if (path != null && secrets.isSecretPath(path)) {
            errors.add(new FieldError("/" + PATH, SecretFinder.REFUSAL));
        }
    }

    private static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= MAX_NAME
                && name.codePoints()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.SURROGATE
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    }

    /** Throws a problem for a member that is absent. */
    static String required(@Nullable String value, String member) {
        if (value == null) {
            throw new Problem(422, "The view is not valid.", List.of(new FieldError("/" + member, "is required")))
                    .asException();
        }
        return value;
    }
}
