package dev.sentinel.audit.ops.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** {@code process_cpu_seconds_total}, under the name and in the unit that every Prometheus dashboard expects. */
final class ProcessCpu implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu", system, ProcessCpu::seconds)
                    .description("CPU time used by the process, user and system")
                    .baseUnit("seconds")
                    .register(registry);
        }
    }

    private static double seconds(OperatingSystemMXBean system) {
        return (double) system.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1);
    }
}
