package dev.sentinel.audit.ops.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metrics of one server: creates the registry, registers the metrics of the JVM, and builds the Vert.x instance
 * that reports to it. Any thread.
 *
 * <p>Owned by the composition root, which closes it after Vert.x.
 */
public final class Telemetry implements AutoCloseable {
    private static final Set<MetricsDomain> DOMAINS = EnumSet.of(MetricsDomain.HTTP_SERVER, MetricsDomain.NAMED_POOLS);

    private static final Map<HttpMethod, Tags> METHODS = Stream.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.POST,
                    HttpMethod.PUT,
                    HttpMethod.PATCH,
                    HttpMethod.DELETE,
                    HttpMethod.OPTIONS)
            .collect(Collectors.toUnmodifiableMap(Function.identity(), method -> Tags.of("method", method.name())));
    private static final Tags OTHER_METHOD = Tags.of("method", "other");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    /** @param version the server's version, for {@code sentinel_build_info} */
    public Telemetry(String version) {
        MeterFilters.addTo(registry);
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new ProcessCpu().bindTo(registry);
        new ProcessMemory().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        Gauge.builder("sentinel.build.info", () -> 1)
                .description("Always 1; the label is the running version")
                .tag("version", version)
                .register(registry);
    }

    /** The registry in which every part registers its metrics. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** A builder of a Vert.x with these options that reports to this registry. */
    public VertxBuilder vertxBuilder(VertxOptions options) {
        return Vertx.builder()
                .with(new VertxOptions(options).setMetricsOptions(metricsOptions()))
                .withMetrics(new MicrometerMetricsFactory(registry));
    }

    /** All metrics in Prometheus' text format 0.0.4. Takes milliseconds: not for an event loop. */
    String scrape() {
        return registry.scrape();
    }

    private static MicrometerMetricsOptions metricsOptions() {
        MicrometerMetricsOptions options = new MicrometerMetricsOptions()
                // Vert.x keeps registries by name in a static map, where a second one of the same name is ignored.
                .setRegistryName("sentinel-" + UUID.randomUUID())
                // Not Label.HTTP_METHOD: a method is any word that a client sends, and each would be a permanent meter.
                // A filter on the registry would be too late: it keys meters by their labels before the filter.
                .setServerRequestTagsProvider(Telemetry::methodOf)
                .setLabels(EnumSet.of(Label.HTTP_ROUTE, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME));
        EnumSet.complementOf(EnumSet.copyOf(DOMAINS)).forEach(options::addDisabledMetricsCategory);
        options.setEnabled(true);
        return options;
    }

    private static Tags methodOf(HttpRequest request) {
        return METHODS.getOrDefault(request.method(), OTHER_METHOD);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
