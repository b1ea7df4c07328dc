package dev.sentinel.audit.ops.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Adapts meters of Vert.x and the JVM before they are registered. */
final class MeterFilters {
    private static final String HTTP = "vertx.http.server.";
    private static final String ROUTE = "route";
    private static final Set<String> LONG_LIVED = Set.of("/v1/events/stream", "/v1/events/export");

    /** The meters that are histograms of latencies. */
    private static final Set<String> LATENCIES = Set.of(HTTP + "response.time", QueryDurations.NAME);

    // 0.5 ms is a read from memory, 10 s is past every timeout of the server.
    private static final double[] LATENCY_MILLIS = {0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000
    };

    private MeterFilters() {}

    static void addTo(MeterRegistry registry) {
        registry.config()
                .meterFilter(templateOnly())
                .meterFilter(latencyAsHistogram())
                .meterFilter(MeterFilter.deny(MeterFilters::isNoLatency))
                // Nanoseconds; ProcessCpu measures the same in seconds.
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                // By convention only histograms and summaries end in _count.
                .meterFilter(renamed("system.cpu.count", "system.cpus"));
    }

    /**
     * Vert.x joins the paths of all routes that a request went through. Keeps only the last one, which answered; the
     * others (a body handler, a sub-router) carry no information.
     */
    private static MeterFilter templateOnly() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String route = id.getName().startsWith(HTTP) ? id.getTag(ROUTE) : null;
                if (route == null) {
                    return id;
                }
                String last = route.substring(route.lastIndexOf('>') + 1);
                return id.withTag(Tag.of(ROUTE, last.isEmpty() ? "none" : last));
            }
        };
    }

    /** A stream lasts as long as its client wants, and would look like a slow answer. */
    private static boolean isNoLatency(Meter.Id id) {
        return id.getName().equals(HTTP + "response.time") && LONG_LIVED.contains(String.valueOf(id.getTag(ROUTE)));
    }

    private static MeterFilter renamed(String from, String to) {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals(from) ? id.withName(to) : id;
            }
        };
    }

    private static MeterFilter latencyAsHistogram() {
        DistributionStatisticConfig buckets = DistributionStatisticConfig.builder()
                .serviceLevelObjectives(DoubleStream.of(LATENCY_MILLIS)
                        .map(millis -> millis * Duration.ofMillis(1).toNanos())
                        .toArray())
                .build();
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return LATENCIES.contains(id.getName()) ? buckets.merge(config) : config;
            }
        };
    }
}
