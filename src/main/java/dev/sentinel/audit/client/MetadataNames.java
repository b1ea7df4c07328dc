package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.Redactor;
import org.jspecify.annotations.Nullable;

/** The names of metadata members: redacted, of bounded length, and distinct within their object. One thread. */
final class MetadataNames {
    /** Characters (code points). The name is a part of every JSON pointer to its value. */
    private static final int MAX_NAME = 4096;

    private final TextLoader loader;
    private final Redactor redactor;
    private final TextChars text;
    private boolean cut;
    private long bytes;
    private @Nullable String sha256;

    MetadataNames(TextLoader loader, Redactor redactor) {
        this.loader = loader;
        this.redactor = redactor;
        this.text = loader.text;
    }

    /** Loads the name for this key into the loader's text. Returns the secrecy that it implies for its value. */
    NameSecrecy load(MetadataLevel level, String key) {
        loader.load(key);
        cut = false;
        NameSecrecy secrecy = redactor.secrecyOf(text.chars(), 0, text.length());
        String clean = loader.clean();
        String name = clean != null ? clean : text.isRepaired() ? text.toString() : key;
        if (key.length() > MAX_NAME) {
            name = shortened(name);
        }
        String unique = level.distinct(name);
        if (clean != null || cut || !unique.equals(name)) {
            text.set(unique);
        }
        level.name = unique;
        level.neighbors.name(unique);
        return secrecy;
    }

    private String shortened(String name) {
        boolean isLong = name.codePointCount(0, name.length()) > MAX_NAME;
        cut = isLong || !loader.isWhole();
        if (!cut) {
            return name;
        }
        bytes = loader.isWhole() ? text.utf8Size() : loader.bytes();
        Identifiers.Cut shorter = Identifiers.cut(name, MAX_NAME, redactor);
        sha256 = loader.isWhole() ? shorter.sha256() : null;
        return shorter.text();
    }

    /** Whether the last name is cut. */
    boolean isCut() {
        return cut;
    }

    /** The size of the original in UTF-8. */
    long bytes() {
        return bytes;
    }

    /** The digest of the redacted original; null if it was not read as a whole. */
    @Nullable
    String sha256() {
        return sha256;
    }
}
