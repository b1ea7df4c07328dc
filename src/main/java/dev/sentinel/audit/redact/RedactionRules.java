package dev.sentinel.audit.redact;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.zip.CRC32;

/** Which secrets are taken out of events. Immutable, any thread. */
public final class RedactionRules {
    /** What stands in the place of a secret. */
    public static final String REPLACEMENT = "[REDACTED]";

    /** Raised whenever the built-in rules find something else than before. */
    static final int VERSION = 1;

    /** How much is looked for. */
    public enum Mode {
        /** Nothing. */
        OFF,
        /** Values under names of secrets. */
        KEYS,
        /** Those, and what has the shape of a secret in any text. */
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
     * The built-in rules.
     *
     * @param moreKeys names that are secret too, wherever they stand in a longer one
     * @param keptKeys names that are not secret, whatever the rules say; case and separators do not count in both
     */
    public static RedactionRules of(Mode mode, Collection<String> moreKeys, Collection<String> keptKeys) {
        String built = VERSION + "-" + mode.name().toLowerCase(Locale.ROOT);
        boolean custom = !moreKeys.isEmpty() || !keptKeys.isEmpty();
        return new RedactionRules(
                mode, custom ? built + "+" + digest(moreKeys, keptKeys) : built, new SecretKeys(moreKeys, keptKeys));
    }

    /** Everything built in. */
    public static RedactionRules full() {
        return of(Mode.FULL, List.of(), List.of());
    }

    /** No rules. */
    public static RedactionRules off() {
        return of(Mode.OFF, List.of(), List.of());
    }

    /** Whether a name can be a rule: something of it must count. */
    public static boolean isUsableKey(String name) {
        return !SecretKeys.normalised(name).isEmpty();
    }

    /**
     * Names the rules: their version and mode, and, if an operator has changed them, eight digits that differ from
     * change to change. Such as {@code 1-full} or {@code 1-keys+9ae0daaf}; ASCII without anything that JSON escapes.
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
        moreKeys.forEach(key -> lines.add("+" + SecretKeys.normalised(key)));
        keptKeys.forEach(key -> lines.add("-" + SecretKeys.normalised(key)));
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
