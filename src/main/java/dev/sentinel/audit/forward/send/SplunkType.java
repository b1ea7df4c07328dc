package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;

/** {@code splunk+https://splunk.example.com:8088/services/collector}: the HTTP Event Collector of Splunk. */
public final class SplunkType implements DestinationType {
    static final String TOKEN = "token";
    static final String INDEX = "index";
    static final String SOURCE_TYPE = "sourcetype";
    /** Waits until the events are indexed. */
    static final String ACK = "ack";

    /** So that a delivery ends by itself before it counts as one that hangs. */
    private static final Duration INDEXED_WITHIN = Duration.ofSeconds(75);

    @Override
    public Set<String> schemes() {
        return Set.of("splunk+https", "splunk+http");
    }

    @Override
    public Set<String> options() {
        return Set.of(TOKEN, INDEX, SOURCE_TYPE, ACK, Options.GZIP, Options.CA);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(TOKEN, Options.CA);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new Splunk(vertx, settings, INDEXED_WITHIN);
    }
}
