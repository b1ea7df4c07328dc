package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.Set;

/** {@code elastic+https://elastic.example.com:9200/logs-sentinel-default}: Elasticsearch or OpenSearch. */
public final class ElasticType implements DestinationType {
    static final String API_KEY = "api_key";
    static final String USER = "user";
    static final String PASSWORD = "password";

    @Override
    public Set<String> schemes() {
        return Set.of("elastic+https", "elastic+http");
    }

    @Override
    public Set<String> options() {
        return Set.of(API_KEY, USER, PASSWORD, Options.GZIP, Options.CA);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(API_KEY, PASSWORD, Options.CA);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new Elastic(vertx, settings);
    }
}
