package dev.sentinel.audit.event;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.EarlierValue;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event's metadata as minified text without its secrets, written one token after the other. Member order and the
 * spelling of numbers stay as given. Builds no tree and does not recurse. Reused for many events; one thread. Holds at
 * most one copy of the text and, for each level of nesting, the names of one object.
 *
 * <p>Once a rule of metadata is broken, nothing more is written, and {@link #finish} tells.
 */
final class RedactedJson {
    private static final String NAME_NOT_STORABLE =
            "must not contain NUL characters or unpaired surrogates in its member names";

    private static final char[] REPLACEMENT = RedactionRules.REPLACEMENT.toCharArray();
    private static final char[] QUOTED_REPLACEMENT = ('"' + RedactionRules.REPLACEMENT + '"').toCharArray();

    /** Names, and their characters. */
    private static final int REMEMBERED = 512;

    private static final int LONGEST_REMEMBERED = 64;

    private final Redactor redactor;
    private final Redactions redactions;
    private final JsonText out = new JsonText();
    private final int maxBytes;
    private final @Nullable OpenLevel[] levels;
    private int depth;
    private @Nullable FieldError error;
    /** The secrecy that the last name implies for its value. */
    private NameSecrecy secrecy = NameSecrecy.NONE;

    /** Open levels of a structure that is replaced as a whole. */
    private int skipped;

    /** Names that are no secrets, and what they imply: events share most of them. */
    private final Map<String, NameSecrecy> harmless = new HashMap<>();

    private int deepest;
    private int longestName;
    private int longestText;

    /**
     * Creates a writer.
     *
     * @param redactions collects what was redacted
     * @param maxBytes of UTF-8
     * @param maxDepth nested levels
     */
    RedactedJson(Redactor redactor, Redactions redactions, int maxBytes, int maxDepth) {
        this.redactor = redactor;
        this.redactions = redactions;
        this.maxBytes = maxBytes;
        this.levels = new OpenLevel[maxDepth];
    }

    /** Opens the object that metadata is. */
    void begin() {
        reset();
        open(false, NameSecrecy.NONE, NameSecrecy.NONE);
    }

    /** Begins a text that is any value. */
    void beginValue() {
        reset();
        // As the only element of a list, without its brackets.
        open(true, NameSecrecy.NONE, NameSecrecy.NONE);
        out.clear();
    }

    private void reset() {
        out.clear();
        depth = 0;
        skipped = 0;
        deepest = 0;
        longestName = 0;
        longestText = 0;
        error = null;
        secrecy = NameSecrecy.NONE;
    }

    /** The text since {@link #beginValue}; null if it breaks a rule. */
    @Nullable
    String finishValue() {
        return error == null ? out.toString() : null;
    }

    /** Closes that object and returns the text; null if it breaks a rule, which {@link #error} then names. */
    @Nullable
    String finish() {
        end();
        return error == null ? out.toString() : null;
    }

    /** Why {@link #finish} returned or will return null; null if no rule is broken. */
    @Nullable
    FieldError error() {
        return error;
    }

    /** Whether the structure that is open is replaced as a whole, so that what is in it need not be given. */
    boolean isSkipping() {
        return skipped > 0;
    }

    /** The extent of the text that {@link #finish} returned. */
    MetadataExtent extent() {
        return new MetadataExtent(out.utf8Bytes(), deepest, longestName, longestText);
    }

    void start(boolean array) {
        if (skipped > 0) {
            skipped++;
        } else if (error == null) {
            OpenLevel level = level(depth - 1);
            structure(array, told(level), level);
            checkSize();
        }
    }

    void end() {
        if (skipped > 0) {
            skipped--;
        } else if (error == null) {
            depth--;
            OpenLevel level = level(depth);
            level.neighbors.end();
            out.raw(level.array ? ']' : '}');
            checkSize();
        }
    }

    /** @param name the same as text */
    void name(char[] chars, int from, int length, String name) {
        if (isWriting(length)) {
            member(chars, from, length, name);
            checkSize();
        }
    }

    void text(char[] chars, int from, int length) {
        if (isWriting(length)) {
            OpenLevel level = level(depth - 1);
            string(chars, from, length, told(level), level);
            checkSize();
        }
    }

    /** A number or a literal, as it is spelled. */
    void scalar(char[] chars, int from, int length, boolean number) {
        if (skipped == 0 && error == null) {
            OpenLevel level = level(depth - 1);
            scalar(chars, from, length, number, told(level), level);
            checkSize();
        }
    }

    /** Checks the length of a token before it is copied, so that the text cannot grow far beyond its limit. */
    private boolean isWriting(int length) {
        if (skipped > 0 || error != null) {
            return false;
        }
        if (length > maxBytes) {
            error = new FieldError("/" + EventJson.METADATA, EventLimits.METADATA_TOO_LARGE);
        }
        return error == null;
    }

    private void checkSize() {
        if (out.utf8Bytes() > maxBytes && error == null) {
            error = new FieldError("/" + EventJson.METADATA, EventLimits.METADATA_TOO_LARGE);
        }
    }

    private NameSecrecy told(OpenLevel level) {
        NameSecrecy told = level.array || secrecy == NameSecrecy.NONE ? level.elements : secrecy;
        secrecy = NameSecrecy.NONE;
        return told;
    }

    private void structure(boolean array, NameSecrecy told, OpenLevel level) {
        if (!level.array && redactor.hidesStructure(told, level.name)) {
            redactor.replacedByKey();
            replace();
            skipped = 1;
            return;
        }
        level.neighbors.passed();
        separate();
        if (depth == levels.length) {
            error = new FieldError(pointer(depth), EventLimits.METADATA_TOO_DEEP);
        } else {
            NameSecrecy within = level.array ? NameSecrecy.NONE : redactor.secrecyWithin(told, level.name);
            open(array, array ? told : within, told);
        }
    }

    private void string(char[] chars, int from, int length, NameSecrecy told, OpenLevel level) {
        if (level.neighbors.hides(told, chars, from, length)) {
            redactor.replacedByKey();
            replace();
            return;
        }
        separate();
        int start = out.length();
        clean(chars, from, length);
        List<EarlierValue> secrets = level.neighbors.written(start, out.length(), level.reported);
        if (!secrets.isEmpty()) {
            replace(secrets);
        }
    }

    /** Replaces texts that this one makes secrets. */
    private void replace(List<EarlierValue> secrets) {
        for (EarlierValue secret : secrets) {
            if (!out.has(secret.start(), QUOTED_REPLACEMENT)) {
                redactor.replacedByKey();
                if (!secret.reported()) {
                    redactions.add(() -> pointer(secret));
                }
            }
        }
        out.replace(secrets, QUOTED_REPLACEMENT);
    }

    private void scalar(char[] chars, int from, int length, boolean number, NameSecrecy told, OpenLevel level) {
        level.neighbors.passed();
        if (length > EventLimits.MAX_NUMBER) {
            error = new FieldError(pointer(depth), EventLimits.NUMBER_TOO_LONG);
        } else if (number && redactor.hidesInteger(told, level.array ? null : level.name, chars, from, length)) {
            replace();
        } else {
            separate();
            out.raw(chars, from, length);
        }
    }

    private void replace() {
        separate();
        out.string(REPLACEMENT, 0, REPLACEMENT.length);
        report();
    }

    /** Reports the value that is written, unless this was done for its name. */
    private void report() {
        OpenLevel level = level(depth - 1);
        if (!level.reported) {
            level.reported = true;
            redactions.add(() -> pointer(depth));
        }
    }

    private void clean(char[] chars, int from, int length) {
        int before = out.utf8Bytes();
        String clean = redactor.clean(chars, from, length);
        boolean storable;
        if (clean == null) {
            storable = out.string(chars, from, length);
        } else {
            storable = out.string(clean.toCharArray(), 0, clean.length());
            report();
        }
        if (!storable) {
            error = new FieldError(pointer(depth), CodePoints.NOT_STORABLE);
        }
        longestText = Math.max(longestText, out.utf8Bytes() - before - 2);
    }

    private void member(char[] chars, int from, int length, String name) {
        OpenLevel level = level(depth - 1);
        level.reported = false;
        if (level.members++ > 0) {
            out.raw(',');
        }
        int before = out.utf8Bytes();
        NameSecrecy known = harmless.get(name);
        secrecy = known == null ? redactor.secrecyOf(chars, from, length) : known;
        String clean = known == null ? redactor.clean(chars, from, length) : null;
        // The pointer names the enclosing object, because a pointer with such a name could not be sent as text.
        if (clean != null ? !cleanName(level, clean) : !out.string(chars, from, length)) {
            error = new FieldError(pointer(depth - 1), NAME_NOT_STORABLE);
            return;
        }
        longestName = Math.max(longestName, out.utf8Bytes() - before - 2);
        out.raw(':');
        if (clean == null) {
            level.name = name;
            level.neighbors.name(name);
            if (known == null) {
                remember(name);
            }
            if (!level.names.add(level.name)) {
                error = new FieldError(pointer(depth), EventDecoder.GIVEN_TWICE);
            }
        }
    }

    private void remember(String name) {
        if (name.length() <= LONGEST_REMEMBERED) {
            if (harmless.size() == REMEMBERED) {
                harmless.clear();
            }
            harmless.put(name, secrecy);
        }
    }

    /** Writes a redacted name. A number keeps names with different secrets distinct. */
    private boolean cleanName(OpenLevel level, String clean) {
        String name = clean;
        while (!level.names.add(name)) {
            name = clean + " " + ++level.renamed;
        }
        level.name = name;
        level.neighbors.name(name);
        if (!out.string(name.toCharArray(), 0, name.length())) {
            return false;
        }
        report();
        return true;
    }

    private void separate() {
        OpenLevel level = level(depth - 1);
        if (level.array) {
            level.reported = false;
            if (level.members++ > 0) {
                out.raw(',');
            }
        }
    }

    private void open(boolean array, NameSecrecy elements, NameSecrecy told) {
        OpenLevel around = depth == 0 ? null : level(depth - 1);
        OpenLevel level = level(depth++);
        deepest = Math.max(deepest, depth);
        level.begin(array, elements, around, told);
        out.raw(array ? '[' : '{');
    }

    private String pointer(EarlierValue value) {
        StringBuilder pointer = new StringBuilder(pointer(depth - 1));
        if (value.within() != null) {
            JsonPointers.append(pointer, value.within());
        }
        JsonPointers.append(pointer, value.name());
        return pointer.toString();
    }

    private String pointer(int levelCount) {
        StringBuilder pointer = new StringBuilder();
        JsonPointers.append(pointer, EventJson.METADATA);
        for (int i = 0; i < levelCount; i++) {
            OpenLevel level = level(i);
            JsonPointers.append(pointer, level.array ? Integer.toString(level.members - 1) : level.name);
        }
        return pointer.toString();
    }

    private OpenLevel level(int index) {
        OpenLevel level = levels[index];
        if (level == null) {
            level = new OpenLevel(redactor);
            levels[index] = level;
        }
        return level;
    }
}
