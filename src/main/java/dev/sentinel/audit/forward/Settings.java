package dev.sentinel.audit.forward;

import java.net.URI;
import java.util.Map;

/**
 * What a destination is opened with.
 *
 * @param id what operators call it: 1 to 40 letters, digits and {@code -}
 * @param url where it is, without options and secrets
 * @param options by name, only names of {@link DestinationType#options}; secrets in plain text
 * @param reach which addresses it may connect to
 * @param source names the log, as a URI reference: {@code source} of CloudEvents
 * @param run the same for all tries of a batch by one owner, and another one for each replay, for each owner, and after
 *     an administrator has moved the cursor; letters, digits and {@code -}
 */
public record Settings(String id, URI url, Map<String, String> options, Reach reach, String source, String run) {
    public Settings {
        options = Map.copyOf(options);
    }

    /** Without the options, which may be secret. */
    @Override
    public String toString() {
        return id + " " + url;
    }
}
