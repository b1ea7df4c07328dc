package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Set;

/** {@code https://receiver.example.com/path}: any program that takes a POST. */
public final class WebhookType implements DestinationType {
    static final String FORMAT = "format";
    /** Of OCSF. */
    static final String VERSION = "version";

    static final String SECRET = "secret";
    /** While receivers change from one secret to the next. */
    static final String PREVIOUS_SECRET = "previous_secret";

    static final String HEADERS = "headers";
    /** The query of the URL, which may hold a key. */
    static final String QUERY = "query";

    @Override
    public Set<String> schemes() {
        return Set.of("https", "http");
    }

    @Override
    public Set<String> options() {
        return Set.of(FORMAT, VERSION, SECRET, PREVIOUS_SECRET, HEADERS, QUERY, Options.GZIP, Options.CA);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(SECRET, PREVIOUS_SECRET, HEADERS, QUERY, Options.CA);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new Webhook(vertx, settings, Clock.systemUTC(), HttpTarget.ANSWER_TIMEOUT);
    }
}
