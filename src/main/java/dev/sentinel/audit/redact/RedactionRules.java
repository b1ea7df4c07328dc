package dev.sentinel.audit.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The rules of redaction. Immutable; any thread. */
public final class RedactionRules {
    /** The replacement for a secret. */
    public static final String REPLACEMENT = "[REDACTED]";

    /** Increased whenever the built-in rules change their results. */
    static final int VERSION = 5;

    /** How much is looked for. */
    public enum Mode {
        /** Nothing. */
        OFF,
        /** Values under secret names. */
        KEYS,
        /** These, and secrets in any text. */
        FULL,
        /** These, and every number that could be that of a payment card, without a further hint. */
        STRICT
    }

    private final Mode mode;
    private final List<String> moreKeys;
    private final List<String> keptKeys;
    private final List<String> moreShapes;
    private final String version;
    private final SecretNames names;
    private final Shapes shapes;

    private RedactionRules(Mode mode, List<String> moreKeys, List<String> keptKeys, List<String> moreShapes) {
        this.mode = mode;
        this.moreKeys = moreKeys;
        this.keptKeys = keptKeys;
        this.moreShapes = moreShapes;
        this.version = version(mode, moreKeys, keptKeys, moreShapes);
        this.names = new SecretNames(moreKeys, keptKeys);
        this.shapes = moreShapes.isEmpty()
                ? Shapes.BUILT_IN
                : Shapes.BUILT_IN.with(moreShapes.stream().map(Shape::of).toList());
    }

    /**
     * The built-in rules.
     *
     * @param moreKeys additional secret names; they also match inside a longer name
     * @param keptKeys whole names that are never secret, even if a rule matches
     */
    public static RedactionRules of(Mode mode, Collection<String> moreKeys, Collection<String> keptKeys) {
        return of(mode, moreKeys, keptKeys, List.of());
    }

    /**
     * The built-in rules, and more shapes.
     *
     * @param moreShapes lines in the form of {@code shapes.tsv}
     * @throws IllegalArgumentException if a line does not have that form; the message says why
     */
    public static RedactionRules of(
            Mode mode, Collection<String> moreKeys, Collection<String> keptKeys, Collection<String> moreShapes) {
        return new RedactionRules(
                mode, List.copyOf(moreKeys), List.copyOf(keptKeys), List.copyOf(new LinkedHashSet<>(moreShapes)));
    }

    private static String version(Mode mode, List<String> moreKeys, List<String> keptKeys, List<String> moreShapes) {
        String built = VERSION + "-" + mode.name().toLowerCase(Locale.ROOT);
        TreeSet<String> custom = new TreeSet<>();
        moreKeys.forEach(key -> custom.add("+" + SecretNames.folded(key)));
        keptKeys.forEach(key -> custom.add("-" + SecretNames.folded(key)));
        moreShapes.forEach(shape -> custom.add("~" + shape));
        return custom.isEmpty() ? built : built + "+" + digest(custom);
    }

    /**
     * These rules with the additions of a server. It can add names and shapes, exempt names that these rules do not add
     * themselves, and request {@link Mode#STRICT}. It cannot weaken the rules otherwise.
     *
     * @param keys names that are secret too
     * @param exempted names that are not secret
     * @param shapesOfServer lines in the form of {@code shapes.tsv}. One that these rules do not understand, from a
     *     newer server, is left out: it must not cost the others, and the server looks for it too.
     */
    public RedactionRules with(
            Mode server, Collection<String> keys, Collection<String> exempted, Collection<String> shapesOfServer) {
        List<String> own = moreKeys.stream().map(SecretNames::folded).toList();
        List<String> kept = new ArrayList<>(keptKeys);
        for (String name : exempted) {
            if (isUsableKey(name) && own.stream().noneMatch(SecretNames.folded(name)::contains)) {
                kept.add(name);
            }
        }
        List<String> more = new ArrayList<>(moreKeys);
        keys.stream().filter(RedactionRules::isUsableKey).forEach(more::add);
        List<String> both = new ArrayList<>(moreShapes);
        shapesOfServer.stream().filter(Shape::isUnderstood).forEach(both::add);
        return of(mode == Mode.FULL && server == Mode.STRICT ? Mode.STRICT : mode, more, kept, both);
    }

    /** The built-in rules in mode {@link Mode#FULL}. */
    public static RedactionRules full() {
        return of(Mode.FULL, List.of(), List.of());
    }

    /** No rules. */
    public static RedactionRules off() {
        return of(Mode.OFF, List.of(), List.of());
    }

    /** Whether a name can be a rule: it needs a letter or a digit. */
    public static boolean isUsableKey(String name) {
        return !SecretNames.folded(name).isEmpty();
    }

    /**
     * Identifies the rules: their version and mode, and eight hexadecimal digits if an operator has changed them. For
     * example {@code 5-full} or {@code 5-keys+9ae0daaf}; ASCII without characters that JSON escapes.
     */
    public String version() {
        return version;
    }

    public Mode mode() {
        return mode;
    }

    SecretNames names() {
        return names;
    }

    Shapes shapes() {
        return shapes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof RedactionRules rules
                && mode == rules.mode
                && moreKeys.equals(rules.moreKeys)
                && keptKeys.equals(rules.keptKeys)
                && moreShapes.equals(rules.moreShapes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, moreKeys, keptKeys, moreShapes);
    }

    @Override
    public String toString() {
        return version;
    }

    private static String digest(Set<String> lines) {
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
