package dev.sentinel.audit.query;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.query.filter.FilterLanguage;
import dev.sentinel.audit.query.filter.MalformedFilterException;
import dev.sentinel.audit.store.Condition;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one request. A handler reads each parameter once, by name and type. {@link #finish} then
 * refuses the request if a value is invalid or a parameter was not read, and names all of them. Until then an invalid
 * value reads as absent, so use the values only after {@link #finish}.
 */
public final class QueryParameters {
    /** The error detail for an invalid position. */
    public static final String MUST_BE_POSITION = "must be the seq of an event, or -1";

    private static final Boolean[] EITHER = {true, false};
    private static final String CURSOR = "cursor";
    private static final int MAX_VALUES = 20;
    private static final int MAX_LIMIT = 1000;
    private static final int DEFAULT_LIMIT = 100;

    /** Values by case-sensitive name, in the order sent. */
    private final Map<String, List<String>> sent = new LinkedHashMap<>();

    private final Set<String> known = new HashSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    private final Principal caller;

    private QueryParameters(Principal caller) {
        this.caller = caller;
    }

    /** The parameters of an authenticated request. */
    public static QueryParameters of(RoutingContext ctx) {
        QueryParameters parameters = new QueryParameters(Caller.of(ctx));
        ctx.queryParams()
                .forEach((name, value) -> parameters
                        .sent
                        .computeIfAbsent(name, key -> new ArrayList<>())
                        .add(value));
        return parameters;
    }

    /** Parameters that do not come with a request, such as the filter of a destination. */
    public static QueryParameters of(Principal caller, Map<String, List<String>> values) {
        QueryParameters parameters = new QueryParameters(caller);
        parameters.sent.putAll(values);
        return parameters;
    }

    /** The authenticated caller. */
    public Principal caller() {
        return caller;
    }

    /** A filter of free text that matches any of the values, none of them empty; an empty set if it was not sent. */
    Set<String> texts(String name, int maxCharacters) {
        Set<String> texts = new LinkedHashSet<>();
        for (String value : filter(name)) {
            if (isText(value, maxCharacters)) {
                texts.add(value);
            } else {
                reject(name, mustBeText(maxCharacters));
            }
        }
        return texts;
    }

    /** A filter with a fixed vocabulary, matched exactly. */
    <T> Set<T> values(String name, T[] vocabulary, Function<T, String> spelling) {
        Set<T> values = new LinkedHashSet<>();
        for (String text : filter(name)) {
            Arrays.stream(vocabulary)
                    .filter(value -> spelling.apply(value).equals(text))
                    .findAny()
                    .ifPresentOrElse(values::add, () -> reject(name, mustBeOneOf(vocabulary, spelling)));
        }
        return values;
    }

    /** A single value from a fixed vocabulary. */
    public <T> T choice(String name, T[] vocabulary, Function<T, String> spelling, T defaultValue) {
        String text = single(name);
        if (text == null) {
            return defaultValue;
        }
        Optional<T> chosen = Arrays.stream(vocabulary)
                .filter(value -> spelling.apply(value).equals(text))
                .findAny();
        if (chosen.isEmpty()) {
            reject(name, mustBeOneOf(vocabulary, spelling));
        }
        return chosen.orElse(defaultValue);
    }

    /** Whether something is wanted; false if the parameter was not sent. */
    public boolean flag(String name) {
        return choice(name, EITHER, String::valueOf, false);
    }

    @Nullable
    Instant time(String name) {
        String text = single(name);
        if (text == null) {
            return null;
        }
        Instant time = Timestamps.parse(text);
        if (time == null) {
            reject(name, "must be an RFC 3339 time such as 2026-01-31T13:45:00Z (a + is sent as %2B)");
        }
        return time;
    }

    /** A single non-empty text; null if it was not sent. */
    @Nullable
    String text(String name, int maxCharacters) {
        String text = single(name);
        if (text != null && !isText(text, maxCharacters)) {
            reject(name, mustBeText(maxCharacters));
            return null;
        }
        return text;
    }

    /** A filter in the filter language; null if it was not sent. */
    @Nullable
    Condition condition(String name) {
        String text = text(name, FilterLanguage.MAX_CHARACTERS);
        if (text == null) {
            return null;
        }
        try {
            return FilterLanguage.parse(text);
        } catch (MalformedFilterException e) {
            reject(name, e.getMessage());
            return null;
        }
    }

    int limit() {
        return number("limit", MAX_LIMIT, DEFAULT_LIMIT);
    }

    /** A whole number from 1 to {@code max}. */
    int number(String name, int max, int defaultValue) {
        return number(name, 1, max, defaultValue);
    }

    /** A whole number, of at most four digits. */
    int number(String name, int min, int max, int defaultValue) {
        String text = single(name);
        if (text == null) {
            return defaultValue;
        }
        // Four ASCII digits: no overflow, no sign, no digits of other scripts.
        int number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
        if (number < min || number > max) {
            reject(name, "must be a whole number from " + min + " to " + max);
            return defaultValue;
        }
        return number;
    }

    /** Refuses a value that is valid alone, but not in combination with others. */
    void check(String name, boolean valid, String detail) {
        if (!valid) {
            reject(name, detail);
        }
    }

    /** A position in the log; -1 is before the first event. */
    public OptionalLong position(String name) {
        String text = single(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        OptionalLong position = parsePosition(text);
        if (position.isEmpty()) {
            reject(name, MUST_BE_POSITION);
        }
        return position;
    }

    /** Empty if the text is not a position. */
    public static OptionalLong parsePosition(String text) {
        return text.matches("-1|[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** The start of the page; the function returns null for a cursor that does not belong to the search. */
    <P> Optional<P> cursor(Function<Cursor, @Nullable P> position) {
        String text = single(CURSOR);
        if (text == null) {
            return Optional.empty();
        }
        Cursor cursor = Cursor.parse(text);
        if (cursor == null) {
            reject(CURSOR, "must be a next_cursor of this server and version, unchanged; start again without it");
            return Optional.empty();
        }
        if (!errors.isEmpty()) {
            // With invalid filters, the search is unknown.
            return Optional.empty();
        }
        P found = position.apply(cursor);
        if (found == null) {
            reject(CURSOR, "is not of this search; send it unchanged, with the path and filters it was returned for");
        }
        return Optional.ofNullable(found);
    }

    /** Checks a part of the path like a filter: stores only accept values that an event can have. */
    void checkPath(String name, String value, int maxCharacters) {
        if (!isText(value, maxCharacters)) {
            errors.add(new FieldError("/path/" + name, mustBeText(maxCharacters)));
        }
    }

    /** Must be called after all parameters are read. Throws a problem that names every invalid parameter. */
    public void finish() {
        for (String name : sent.keySet()) {
            if (!known.contains(name)) {
                reject(name, "is not a parameter of this path");
            }
        }
        if (!errors.isEmpty()) {
            String detail = errors.size() == 1
                    ? "A query parameter is not valid."
                    : errors.size() + " query parameters are not valid.";
            throw new Problem(422, detail, errors).asException();
        }
    }

    /**
     * The Link header (RFC 8288) for the next page with the same parameters; null if there is none.
     *
     * @param path as clients see it
     */
    @Nullable
    String next(String path, @Nullable Cursor next) {
        if (next == null) {
            return null;
        }
        StringBuilder link = new StringBuilder("<").append(path).append('?');
        sent.forEach((name, values) -> {
            for (String value : name.equals(CURSOR) ? List.<String>of() : values) {
                link.append(PercentEncoding.encode(name))
                        .append('=')
                        .append(PercentEncoding.encode(value))
                        .append('&');
            }
        });
        return link.append(CURSOR)
                .append('=')
                .append(next)
                .append(">; rel=\"next\"")
                .toString();
    }

    private List<String> filter(String name) {
        known.add(name);
        List<String> values = sent.getOrDefault(name, List.of());
        if (values.size() > MAX_VALUES) {
            reject(name, "may be given at most " + MAX_VALUES + " times");
            return List.of();
        }
        return values;
    }

    private @Nullable String single(String name) {
        known.add(name);
        List<String> values = sent.getOrDefault(name, List.of());
        if (values.size() > 1) {
            reject(name, "may be given only once");
            return null;
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** Adds at most one error per parameter, however many of its values are invalid. */
    private void reject(String name, String detail) {
        String pointer = "/query/" + name.replace("~", "~0").replace("/", "~1");
        if (errors.stream().noneMatch(error -> error.pointer().equals(pointer))) {
            errors.add(new FieldError(pointer, detail));
        }
    }

    private static boolean isText(String value, int maxCharacters) {
        return !value.isEmpty() && value.codePointCount(0, value.length()) <= maxCharacters && value.indexOf('\0') < 0;
    }

    private static <T> String mustBeOneOf(T[] vocabulary, Function<T, String> spelling) {
        return Arrays.stream(vocabulary).map(spelling).collect(Collectors.joining(", ", "must be one of ", ""));
    }

    private static String mustBeText(int maxCharacters) {
        return "must be 1 to " + maxCharacters + " characters, without NUL";
    }
}
