package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code stdout:}: events as lines on the standard output, for containers. Found by the service loader.
 *
 * <p>The standard output is then for events alone: a log line would break the lines of events, and a reader that stalls
 * would stop each thread that logs. So the server has to know of it before it logs, and only its environment can name
 * one.
 */
public final class StandardOutputType implements DestinationType {
    private static final String SCHEME = "stdout";

    /** Whether the environment of a server defines one. Logs nothing. */
    public static boolean isIn(Map<String, String> environment) {
        return environment.entrySet().stream()
                .anyMatch(variable -> variable.getKey().startsWith("DESTINATION_")
                        && variable.getValue().strip().startsWith(SCHEME + ":"));
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public Set<String> options() {
        return Set.of();
    }

    @Override
    public Set<String> secrets() {
        return Set.of();
    }

    @Override
    public Optional<String> whyOperator() {
        return Optional.of("acts on the machine of the server");
    }

    @Override
    public boolean isOnlyOfEnvironment() {
        return true;
    }

    /** Does not use {@link System#out}, which locks, buffers, and after one failure fails for ever. */
    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new StandardOutput(vertx, new FileOutputStream(FileDescriptor.out), LocalThread.WRITE_TIMEOUT);
    }
}
