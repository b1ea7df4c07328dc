package dev.sentinel.audit.redact;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.zip.CRC32;

/** Which secrets are removed from events. Immutable; any thread. */
public final class RedactionRules {
    /** Replaces a secret. */
    public static final String REPLACEMENT = "[REDACTED]";

    /** Incremented whenever the built-in rules change what they find. */
    static final int VERSION = 1;

    /** How secrets are found. */
    public enum Mode {
        /** Not at all. */
        OFF,
        /** By the name of a member. */
        KEYS,
        /** By the name of a member, and by the shape of a secret in any text. */
        FULL
    }

    private final Mode mode;
    private final String version;
    private final SecretKeys keys;

    private RedactionRules(Mode mode, String version, SecretKeys keys) {
        this.mode = mode;
        this.version = version;
        this.keys = keys;
    }

    /**
     * The built-in rules, adapted. Case and separators of names do not count.
     *
     * @param moreKeys additional secret names; they also match inside a longer name
     * @param keptKeys whole names that are never secret, even if a rule matches
     */
    public static RedactionRules of(Mode mode, Collection<String> moreKeys, Collection<String> keptKeys) {
        String built = VERSION + "-" + mode.name().toLowerCase(Locale.ROOT);
        boolean custom = !moreKeys.isEmpty() || !keptKeys.isEmpty();
        return new RedactionRules(
                mode, custom ? built + "+" + digest(moreKeys, keptKeys) : built, new SecretKeys(moreKeys, keptKeys));
    }

    /** All built-in rules. */
    public static RedactionRules full() {
        return of(Mode.FULL, List.of(), List.of());
    }

    /** No rules. */
    public static RedactionRules off() {
        return of(Mode.OFF, List.of(), List.of());
    }

    /** Whether a name can be a rule: it needs an ASCII letter or digit. */
    public static boolean isUsableKey(String name) {
        return !SecretKeys.normalized(name).isEmpty();
    }

    /**
     * Identifies the rules, such as {@code 1-full} or {@code 1-keys+9ae0daaf}: version, mode, and a checksum of the
     * configured names, if there are any. ASCII without characters that JSON escapes.
     */
    public String version() {
        return version;
    }

    public Mode mode() {
        return mode;
    }

    SecretKeys keys() {
        return keys;
    }

    private static String digest(Collection<String> moreKeys, Collection<String> keptKeys) {
        TreeSet<String> lines = new TreeSet<>();
        moreKeys.forEach(key -> lines.add("+" + SecretKeys.normalized(key)));
        keptKeys.forEach(key -> lines.add("-" + SecretKeys.normalized(key)));
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
