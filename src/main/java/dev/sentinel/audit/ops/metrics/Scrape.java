package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.bus.Address;

/** Asks for all metrics in Prometheus' text format; served by {@link MetricsVerticle}. */
public record Scrape() {
    public static final Address<Scrape, String> ADDRESS = new Address<>("sentinel.scrape");
}
