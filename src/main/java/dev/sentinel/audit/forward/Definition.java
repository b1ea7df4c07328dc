package dev.sentinel.audit.forward;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an administrator says of a destination.
 *
 * @param url where it is, without options and secrets
 * @param options of its type by name, without secrets
 * @param secrets options of its type by name: sealed by {@link SecretBox}, or a reference from the environment
 * @param filters the filter parameters of lists, by name
 * @param agentPrefix only events of agents whose ids begin with this are sent: that of the key that made it
 * @param origin who made it
 * @param start where it begins, if the command line made it, which cannot read the log; empty otherwise
 * @param proof that the command line made it, as {@link Opener#prove} gives it; empty otherwise
 */
record Definition(
        String url,
        Map<String, String> options,
        Map<String, String> secrets,
        Map<String, List<String>> filters,
        OnRefused onRefused,
        String agentPrefix,
        Origin origin,
        String start,
        String proof) {

    /** Who made a destination, which decides what it may do. */
    enum Origin {
        /** The environment of the server: read-only elsewhere. Secrets are references that are read at each opening. */
        ENVIRONMENT,
        /** The environment of another server, or of this one at an earlier start. Not opened here. */
        FORMER_ENVIRONMENT,
        /** The command line, on the machine of the server. */
        COMMAND,
        /** A client of the API, who need not be allowed to use the machine or the network of the server. */
        API;

        String wireName() {
            return this == FORMER_ENVIRONMENT ? ENVIRONMENT.wireName() : name().toLowerCase(Locale.ROOT);
        }
    }

    Definition {
        options = Map.copyOf(options);
        secrets = Map.copyOf(secrets);
        filters = Map.copyOf(filters);
    }

    /** Stands for one that another version of Sentinel has written. */
    static final Definition UNREADABLE =
            new Definition("unreadable:", Map.of(), Map.of(), Map.of(), OnRefused.STOP, "", Origin.API, "", "");

    /** The same, but its server has to find out where it begins. */
    Definition beginning(String where) {
        return new Definition(url, options, secrets, filters, onRefused, agentPrefix, origin, where, proof);
    }

    /** The same, with a proof. */
    Definition proven(String by) {
        return new Definition(url, options, secrets, filters, onRefused, agentPrefix, origin, start, by);
    }

    /** The scheme of the URL, in lower case; empty if it has none. */
    String scheme() {
        int colon = url.indexOf(':');
        return colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    }
}
