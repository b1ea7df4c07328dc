package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code s3://bucket/prefix?region=eu-central-1}: compressed files of events as objects. Found by the service loader.
 */
public final class S3Type implements DestinationType {
    private static final String EVERY = "every";
    private static final String PATH_STYLE = "path_style";
    private static final Pattern SECONDS = Pattern.compile("([1-9][0-9]{0,2})s");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9!_.*'()=-]+)*/?");
    private static final int MAX_PREFIX = 512;

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public Set<String> options() {
        return AwsSettings.options(EVERY, PATH_STYLE);
    }

    @Override
    public Set<String> secrets() {
        return AwsSettings.SECRETS;
    }

    @Override
    public Optional<String> whyOperator() {
        return Optional.of(AwsSettings.WHY_OPERATOR);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        Place place = new Place(
                AwsUrl.first(settings.url(), "bucket", "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
                prefix(settings.url()),
                isPathStyle(settings.options()));
        return new S3Destination(
                vertx, settings.id(), place, AwsSettings.of(settings.options()), limits(settings.options()));
    }

    /**
     * Where the objects are.
     *
     * @param prefix of their keys: empty, or with a slash at its end
     * @param pathStyle whether the bucket is in the path of requests, not in the name of the host
     */
    record Place(String bucket, String prefix, boolean pathStyle) {}

    private static String prefix(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        if (!PREFIX.matcher(path).matches() || path.length() > MAX_PREFIX) {
            throw new IllegalArgumentException(
                    "the path of the URL must be a prefix of letters, digits, slashes and !_.*'()=-");
        }
        String prefix = path.startsWith("/") ? path.substring(1) : path;
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static boolean isPathStyle(Map<String, String> options) {
        String value = options.getOrDefault(PATH_STYLE, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(PATH_STYLE + " must be true or false");
        }
        return value.equals("true");
    }

    private static Limits limits(Map<String, String> options) {
        Matcher every = SECONDS.matcher(options.getOrDefault(EVERY, "60s"));
        if (!every.matches()) {
            throw new IllegalArgumentException(EVERY + " must be from 1s to 999s");
        }
        return new Limits(1_000, 1 << 20, Duration.ofSeconds(Long.parseLong(every.group(1))));
    }
}
