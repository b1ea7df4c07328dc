package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.Set;

/** {@code stdout:}: events as lines on the standard output, for containers. Found by the service loader. */
public final class StandardOutputType implements DestinationType {
    @Override
    public Set<String> schemes() {
        return Set.of("stdout");
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
    public boolean isLocal() {
        return true;
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new StandardOutput(vertx, System.out);
    }
}
