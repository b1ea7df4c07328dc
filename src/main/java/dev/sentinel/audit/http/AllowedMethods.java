package dev.sentinel.audit.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which methods a path supports, for the Allow header of a 405 (RFC 9110, section 15.5.6). Immutable. */
final class AllowedMethods {
    private record Entry(Pattern path, TreeSet<String> methods) {}

    private final List<Entry> entries;

    private AllowedMethods(List<Entry> entries) {
        this.entries = entries;
    }

    /** Covers all routes that are mounted so far. */
    static AllowedMethods of(Router router) {
        return new AllowedMethods(router.getRoutes().stream()
                .filter(route -> route.getName() != null && route.methods() != null)
                .map(AllowedMethods::entry)
                .toList());
    }

    private static Entry entry(Route route) {
        TreeSet<String> methods =
                route.methods().stream().map(HttpMethod::name).collect(Collectors.toCollection(TreeSet::new));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return new Entry(Pattern.compile(route.getName().replaceAll(":\\w+", "[^/]+")), methods);
    }

    /** The value of the Allow header for a path. */
    String at(String path) {
        return entries.stream()
                .filter(entry -> entry.path.matcher(path).matches())
                .flatMap(entry -> entry.methods.stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
