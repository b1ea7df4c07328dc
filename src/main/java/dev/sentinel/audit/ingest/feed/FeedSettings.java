package dev.sentinel.audit.ingest.feed;

import java.net.URI;
import java.util.Map;

/**
 * What a feed is opened with.
 *
 * @param url where it is, without options and secrets
 * @param options by name, only names of {@link FeedType#options}; secrets in plain text
 */
public record FeedSettings(URI url, Map<String, String> options) {
    public FeedSettings {
        options = Map.copyOf(options);
    }

    /** Without the options, which may be secret. */
    @Override
    public String toString() {
        return url.toString();
    }
}
