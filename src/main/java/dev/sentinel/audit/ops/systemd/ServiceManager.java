package dev.sentinel.audit.ops.systemd;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies the service manager that started this process, if it listens. Any thread; notifications are sent in order by
 * a dedicated thread, so no caller waits. A failure to notify is one WARN line and has no other effect.
 */
public final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final long NOTIFY_SECONDS = 10;

    private final boolean listens;
    private final @Nullable Duration watchdog;
    private final ScheduledExecutorService thread;
    private boolean warned;

    private ServiceManager(boolean listens, @Nullable Duration watchdog) {
        this.listens = listens;
        this.watchdog = watchdog;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "sentinel-systemd");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)). A watchdog for another process is
     * ignored.
     */
    public static ServiceManager of(Map<String, String> environment, long pid) {
        boolean listens = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
        String usec = environment.getOrDefault("WATCHDOG_USEC", "");
        String watchdogPid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = watchdogPid.isEmpty() || watchdogPid.equals(Long.toString(pid));
        return new ServiceManager(
                listens,
                listens && ours && usec.matches("[1-9]\\d{3,17}")
                        ? Duration.of(Long.parseLong(usec), ChronoUnit.MICROS)
                        : null);
    }

    /**
     * Reports that the server listens. From now on, if the service manager uses a watchdog, it sends a heartbeat at
     * half of the watchdog's timeout.
     *
     * @param isAlive whether every event loop responds within the given time; called on the dedicated thread
     */
    @SuppressWarnings("FutureReturnValueIgnored") // It ends with the process.
    public void ready(Predicate<Duration> isAlive) {
        sendAsync("READY=1");
        if (watchdog == null) {
            return;
        }
        long pause = watchdog.toMillis() / 2;
        Duration timeout = Duration.ofMillis(Math.max(1, pause / 2));
        thread.scheduleAtFixedRate(
                () -> {
                    if (isAlive.test(timeout)) {
                        send("WATCHDOG=1");
                    } else {
                        LOG.error("event loop not responsive effect=\"the service manager restarts this process\"");
                    }
                },
                pause,
                pause,
                TimeUnit.MILLISECONDS);
    }

    /** Reports that the server is stopping. */
    public void stopping() {
        sendAsync("STOPPING=1");
    }

    private void sendAsync(String state) {
        if (listens) {
            thread.execute(() -> send(state));
        }
    }

    private void send(String state) {
        try {
            Process notify = new ProcessBuilder("systemd-notify", state)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!notify.waitFor(NOTIFY_SECONDS, TimeUnit.SECONDS)) {
                notify.destroyForcibly();
                warn("it does not exit");
            } else if (notify.exitValue() != 0) {
                warn("exit code " + notify.exitValue());
            }
        } catch (IOException e) {
            warn(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void warn(String reason) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "systemd-notify failed reason=\"{}\" effect=\"the service manager does not know the state\"",
                    reason);
        }
    }
}
