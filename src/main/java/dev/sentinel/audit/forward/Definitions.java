package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.References;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.query.EventFilters;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes definitions from what people say, and refuses what makes no sense. Any thread. */
final class Definitions {
    static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    static final String ID_FORM = "must be 1 to 40 lower-case letters, digits and -, and begin and end with none";

    /** Options of the server, for destinations of every type. */
    static final String ON_REFUSED = "on_refused";

    static final String START = "start";

    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]*:[^?#@\\s]{0,2000}");
    private static final int MAX_VALUE = 4_096;

    private final Opener opener;

    Definitions(Opener opener) {
        this.opener = opener;
    }

    /** Splits the parameters of a URL into options and filters; repeated options are refused. */
    Definition ofParameters(String id, String url, Map<String, List<String>> parameters, Definition.Origin origin) {
        Map<String, String> options = new TreeMap<>();
        Map<String, List<String>> filters = new TreeMap<>();
        String onRefused = OnRefused.STOP.wireName();
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (EventFilters.NAMES.contains(name)) {
                filters.put(name, parameter.getValue());
                continue;
            }
            if (parameter.getValue().size() > 1) {
                throw new InvalidDestinationException("options/" + name, name + " is given twice");
            }
            String value = parameter.getValue().get(0);
            if (name.equals(ON_REFUSED)) {
                onRefused = value;
            } else if (!name.equals(START)) {
                options.put(name, value);
            }
        }
        return of(id, url, options, Map.of(), filters, onRefused, "", origin);
    }

    /**
     * Makes a definition.
     *
     * @param options also secret ones, in plain text, or from the environment as references
     * @param kept sealed secrets that the destination has already, which stay unless they are given anew
     */
    Definition of(
            String id,
            String url,
            Map<String, String> options,
            Map<String, String> kept,
            Map<String, List<String>> filters,
            String onRefused,
            String agentPrefix,
            Definition.Origin origin) {
        if (!ID.matcher(id).matches()) {
            throw new InvalidDestinationException("id", ID_FORM);
        }
        if (!URL.matcher(url).matches()) {
            throw new InvalidDestinationException(
                    "url", "must be a URL without a user, a query and a fragment; give options by name");
        }
        DestinationType type = type(url, origin);
        Map<String, String> plain = new TreeMap<>();
        Map<String, String> secrets = new TreeMap<>(kept);
        secrets.keySet().retainAll(type.secrets());
        options.forEach((name, value) -> {
            check(type, name, value);
            if (type.secrets().contains(name)) {
                secrets.put(name, sealed(id, url, name, value, origin));
            } else {
                plain.put(name, value);
            }
        });
        Definition definition =
                new Definition(url, plain, secrets, filters, onRefused(onRefused), agentPrefix, origin, "", "");
        checkFilters(definition);
        return origin == Definition.Origin.COMMAND ? proven(id, definition) : definition;
    }

    private Definition proven(String id, Definition definition) {
        try {
            return definition.proven(opener.prove(id, definition));
        } catch (IllegalArgumentException e) {
            throw new InvalidDestinationException("url", String.valueOf(e.getMessage()));
        }
    }

    private DestinationType type(String url, Definition.Origin origin) {
        String scheme = url.substring(0, url.indexOf(':')).toLowerCase(Locale.ROOT);
        DestinationType type = opener.types()
                .of(scheme)
                .orElseThrow(() ->
                        new InvalidDestinationException("url", opener.types().unknown(scheme)));
        if (type.whyOperator().isPresent() && origin == Definition.Origin.API) {
            throw new InvalidDestinationException(
                    "url",
                    "a destination " + scheme + ": " + type.whyOperator().get()
                            + ", so only the operator of the server may make it: in DESTINATIONS, or with bin/sentinel"
                            + " destinations add");
        }
        return type;
    }

    private static void check(DestinationType type, String name, String value) {
        if (!type.options().contains(name)) {
            throw new InvalidDestinationException(
                    "options/" + name, name + " is not an option here; there are " + sorted(type.options()));
        }
        if (value.length() > MAX_VALUE || value.indexOf('\0') >= 0) {
            throw new InvalidDestinationException(
                    "options/" + name, name + " must be at most " + MAX_VALUE + " characters, without NUL");
        }
    }

    private static String sorted(Collection<String> names) {
        return names.isEmpty()
                ? "none"
                : String.join(", ", names.stream().sorted().toList());
    }

    /** In the environment of a process, a secret can be read by more than one would think. */
    private String sealed(String id, String url, String name, String value, Definition.Origin origin) {
        if (origin != Definition.Origin.ENVIRONMENT) {
            try {
                return opener.box().seal(Opener.context(id, url, name), value);
            } catch (IllegalArgumentException e) {
                throw new InvalidDestinationException("options/" + name, String.valueOf(e.getMessage()));
            }
        }
        if (References.isReference(value)) {
            return value;
        }
        throw new InvalidDestinationException(
                "options/" + name, name + " is a secret: name where it is, with env:NAME or file:/path");
    }

    private static OnRefused onRefused(String text) {
        for (OnRefused known : OnRefused.values()) {
            if (known.wireName().equals(text)) {
                return known;
            }
        }
        throw new InvalidDestinationException(ON_REFUSED, "must be stop or skip");
    }

    private static void checkFilters(Definition definition) {
        try {
            Filters.matcher(definition.filters(), definition.agentPrefix());
        } catch (ProblemException e) {
            FieldError first = e.problem().errors().get(0);
            String name = first.pointer().substring("/query/".length());
            throw new InvalidDestinationException("filters/" + name, name + " " + first.detail());
        }
    }

    /** Opens the destination and closes it, to see whether its type accepts the settings. Connects to nothing. */
    Future<Void> check(String id, Definition definition) {
        return opener.open(id, definition)
                .recover(cause -> Future.failedFuture(
                        cause instanceof IllegalArgumentException
                                ? new InvalidDestinationException("options", String.valueOf(cause.getMessage()))
                                : cause))
                .compose(Destination::close);
    }
}
