package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code file:/var/lib/lake}: compressed files of events in a directory. Found by the service loader. */
public final class FileType implements DestinationType {
    private static final String EVERY = "every";
    private static final Pattern SECONDS = Pattern.compile("([1-9][0-9]{0,2})s");

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public Set<String> options() {
        return Set.of(EVERY);
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
    public Destination open(Settings settings, Vertx vertx) {
        URI url = settings.url();
        String path = url.getPath();
        if (path == null
                || !path.startsWith("/")
                || (url.getAuthority() != null && !url.getAuthority().isEmpty())) {
            throw new IllegalArgumentException("the URL must be an absolute path, such as file:/var/lib/sentinel/lake");
        }
        return new FileDestination(vertx, Path.of(path), limits(settings), LocalThread.WRITE_TIMEOUT);
    }

    private static Limits limits(Settings settings) {
        Matcher every = SECONDS.matcher(settings.options().getOrDefault(EVERY, "10s"));
        if (!every.matches()) {
            throw new IllegalArgumentException(EVERY + " must be from 1s to 999s");
        }
        return new Limits(1_000, 1 << 20, Duration.ofSeconds(Long.parseLong(every.group(1))));
    }
}
