package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings of a destination as typed values. Throws {@link IllegalArgumentException}, which names the option. */
final class Options {
    /** PEM certificates that are trusted instead of those of the JDK. */
    static final String CA = "ca";

    static final String GZIP = "gzip";

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Settings settings;

    Options(Settings settings) {
        this.settings = settings;
    }

    /** The URL: it has a host, a port or none, and a path. */
    URI url() {
        URI url = settings.url();
        if (url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL must have a host, and no user, query or fragment");
        }
        return url;
    }

    String text(String name, String otherwise) {
        String value = settings.options().getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    /** A value for a header: visible ASCII. Empty if there is none. */
    Optional<String> token(String name) {
        String value = text(name, "");
        if (!value.isEmpty() && !VISIBLE.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " must be visible ASCII characters without spaces");
        }
        return Optional.of(value).filter(token -> !token.isEmpty());
    }

    boolean flag(String name) {
        String value = text(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return value.equals("true");
    }

    int number(String name, int otherwise, int min, int max) {
        String value = text(name, Integer.toString(otherwise));
        if (!NUMBER.matcher(value).matches() || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw new IllegalArgumentException(name + " must be a number from " + min + " to " + max);
        }
        return Integer.parseInt(value);
    }

    /** The authorities to trust; empty for those of the JDK. */
    Optional<PemTrustOptions> trust() {
        String pem = text(CA, "");
        if (!pem.isEmpty() && !pem.contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException(CA + " must be certificates in PEM");
        }
        return Optional.of(pem)
                .filter(text -> !text.isEmpty())
                .map(text -> new PemTrustOptions().addCertValue(Buffer.buffer(text)));
    }
}
