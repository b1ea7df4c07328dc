package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.http.ObjectBody;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of a request for a key, as far as they are valid, and what is wrong with the others. */
final class KeyBody {
    private static final String NAME = "name";
    private static final String SCOPES = "scopes";
    private static final String AGENT_PREFIX = "agent_prefix";
    private static final String RATE_LIMIT = "rate_limit";
    private static final String EXPIRES = "expires_at";
    private static final Set<String> MEMBERS = Set.of(NAME, SCOPES, AGENT_PREFIX, RATE_LIMIT, EXPIRES);
    private static final int MAX_NAME = 100;
    private static final int MAX_PREFIX = 255;

    /** Later years have more digits, and PostgreSQL and browsers read them as something else. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonObject json;
    private final SecretFinder secrets;
    private final List<FieldError> errors = new ArrayList<>();

    private KeyBody(JsonObject json, SecretFinder secrets) {
        this.json = json;
        this.secrets = secrets;
    }

    /**
     * The key that a request describes. Throws a {@link dev.sentinel.audit.http.ProblemException} that names every
     * wrong member.
     */
    static ApiKey read(RoutingContext ctx, SecretFinder secrets, KeyToken token, Instant now) {
        return new KeyBody(ObjectBody.of(ctx), secrets).key(token, now.truncatedTo(ChronoUnit.SECONDS));
    }

    private ApiKey key(KeyToken token, Instant now) {
        if (!MEMBERS.containsAll(json.fieldNames())) {
            errors.add(new FieldError(
                    "", "has a member that no key has; there are " + String.join(", ", new TreeSet<>(MEMBERS))));
        }
        String name = name();
        Set<Scope> scopes = scopes();
        String prefix = prefix();
        RateLimit limit = limit();
        Instant expires = expires(now);
        if (!errors.isEmpty()) {
            throw new Problem(422, "The key is not valid.", errors).asException();
        }
        return new ApiKey(token.id(), name, token.hash(), scopes, prefix, limit, now, expires, null, null);
    }

    private @Nullable String text(String member) {
        Object value = json.getValue(member);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        errors.add(new FieldError("/" + member, "must be a string"));
        return null;
    }

    /** The rules of the command line. */
    private String name() {
        String name = text(NAME);
        if (name == null || name.isBlank() || !isPlain(name, MAX_NAME)) {
            errors.add(new FieldError("/" + NAME, "must have 1 to " + MAX_NAME + " characters on one line"));
            return "";
        }
        // Notes and acts say who wrote them, by this name.
        if (secrets.isSecret(name)) {
            errors.add(new FieldError("/" + NAME, SecretFinder.REFUSAL));
        }
        return name.strip();
    }

    private static boolean isPlain(String text, int max) {
        return text.length() <= max
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    private Set<Scope> scopes() {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        if (json.getValue(SCOPES) instanceof JsonArray names) {
            for (Object name : names) {
                Arrays.stream(Scope.values())
                        .filter(scope -> scope.wireName().equals(name))
                        .forEach(scopes::add);
            }
            if (!scopes.isEmpty() && scopes.size() == names.size()) {
                return scopes;
            }
        }
        errors.add(new FieldError("/" + SCOPES, "must be an array of ingest, read and admin, each once at most"));
        return scopes;
    }

    private String prefix() {
        String prefix = text(AGENT_PREFIX);
        if (prefix != null && !isPlain(prefix, MAX_PREFIX)) {
            errors.add(new FieldError(
                    "/" + AGENT_PREFIX, "must have at most " + MAX_PREFIX + " characters, without control characters"));
        } else if (prefix != null && secrets.isSecret(prefix)) {
            errors.add(new FieldError("/" + AGENT_PREFIX, SecretFinder.REFUSAL));
        }
        return prefix == null ? "" : prefix;
    }

    private @Nullable RateLimit limit() {
        String text = text(RATE_LIMIT);
        RateLimit limit = text == null ? null : RateLimit.parse(text);
        if (limit == null && text != null) {
            errors.add(new FieldError("/" + RATE_LIMIT, "must be " + RateLimit.FORM));
        }
        return limit;
    }

    private static @Nullable Instant parse(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private @Nullable Instant expires(Instant now) {
        String text = text(EXPIRES);
        Instant expires = text == null ? null : parse(text);
        if (text != null && (expires == null || !expires.isAfter(now) || expires.isAfter(END_OF_TIME))) {
            errors.add(new FieldError("/" + EXPIRES, "must be a time in the future, such as 2027-01-31T00:00:00Z"));
        }
        return expires == null ? null : expires.truncatedTo(ChronoUnit.SECONDS);
    }
}
