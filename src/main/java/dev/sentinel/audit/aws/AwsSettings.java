package dev.sentinel.audit.aws;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Where a service of AWS is, and as whom to use it. What is empty, the SDK looks for in its usual places, which takes
 * time. Immutable, any thread.
 *
 * @param endpoint instead of that of AWS in the region
 * @param trust certificates in PEM that are trusted instead of those of the JDK
 */
record AwsSettings(
        Optional<String> region, Optional<URI> endpoint, Optional<AwsCredentials> credentials, Optional<String> trust) {
    private static final String REGION = "region";
    private static final String ENDPOINT = "endpoint";
    private static final String ACCESS_KEY = "access_key";
    private static final String SECRET_KEY = "secret_key";
    private static final String SESSION_TOKEN = "session_token";
    private static final String CA = "ca";

    private static final Set<String> OPTIONS = Set.of(REGION, ENDPOINT, ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, CA);

    static final Set<String> SECRETS = Set.of(SECRET_KEY, SESSION_TOKEN, CA);

    /** Why clients of the API may not make these destinations. */
    static final String WHY_OPERATOR = "acts as the machine of the server does in AWS";

    private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");

    /** The names of the options of every service, and of those of one. */
    static Set<String> options(String... own) {
        Set<String> all = new HashSet<>(OPTIONS);
        all.addAll(Set.of(own));
        return Set.copyOf(all);
    }

    /**
     * Reads the options. Throws {@link IllegalArgumentException}, which names the option.
     *
     * @param options with the secrets
     */
    static AwsSettings of(Map<String, String> options) {
        Optional<String> region = text(options, REGION);
        if (region.isPresent() && !REGION_NAME.matcher(region.get()).matches()) {
            throw new IllegalArgumentException(REGION + " must be a region of AWS, such as eu-central-1");
        }
        Optional<String> trust = text(options, CA);
        if (trust.isPresent() && !trust.get().contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException(CA + " must be certificates in PEM");
        }
        return new AwsSettings(region, text(options, ENDPOINT).map(AwsSettings::url), credentials(options), trust);
    }

    private static Optional<String> text(Map<String, String> options, String name) {
        return Optional.of(options.getOrDefault(name, "").strip()).filter(value -> !value.isEmpty());
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(ENDPOINT + " must be a URL", e);
        }
        throw new IllegalArgumentException(ENDPOINT + " must be a URL such as https://storage.example.com:9000");
    }

    private static Optional<AwsCredentials> credentials(Map<String, String> options) {
        Optional<String> id = visible(options, ACCESS_KEY);
        Optional<String> secret = visible(options, SECRET_KEY);
        Optional<String> session = visible(options, SESSION_TOKEN);
        if (id.isPresent() != secret.isPresent() || (id.isEmpty() && session.isPresent())) {
            throw new IllegalArgumentException(ACCESS_KEY + " and " + SECRET_KEY + " must be given together");
        }
        return id.map(name -> session.<AwsCredentials>map(
                        token -> AwsSessionCredentials.create(name, secret.orElseThrow(), token))
                .orElseGet(() -> AwsBasicCredentials.create(name, secret.orElseThrow())));
    }

    private static Optional<String> visible(Map<String, String> options, String name) {
        Optional<String> value = text(options, name);
        if (value.isPresent() && !VISIBLE.matcher(value.get()).matches()) {
            throw new IllegalArgumentException(name + " must be visible ASCII characters without spaces");
        }
        return value;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return region.orElse("the usual region")
                + endpoint.map(url -> " " + url).orElse("");
    }
}
