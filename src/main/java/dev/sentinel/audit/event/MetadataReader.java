package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.MemberNames;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Copies an event's metadata from a parser into minified text and redacts secrets. Member order and the spelling of
 * numbers stay as sent. Builds no tree and does not recurse. Reused for many events; one thread. Holds at most one copy
 * of the text and, for each level of nesting, the names of one object.
 */
final class MetadataReader {
    private static final String NAME_NOT_STORABLE =
            "must not contain NUL characters or unpaired surrogates in its member names";

    private static final char[] REPLACEMENT = RedactionRules.REPLACEMENT.toCharArray();
    private static final char[] QUOTED_REPLACEMENT = ('"' + RedactionRules.REPLACEMENT + '"').toCharArray();

    private final Redactor redactor;
    private final Redactions redactions;
    private final JsonText out = new JsonText();
    private final int maxBytes;
    private final @Nullable Level[] levels;
    private int depth;
    private @Nullable FieldError error;
    /** The secrecy that the last name implies for its value. */
    private NameSecrecy secrecy = NameSecrecy.NONE;

    /** @param redactions collects what was redacted */
    MetadataReader(Redactor redactor, Redactions redactions) {
        this(redactor, redactions, EventLimits.MAX_METADATA_BYTES, EventLimits.MAX_METADATA_DEPTH);
    }

    /**
     * With limits other than those of the wire contract, for metadata that is cut after it was redacted.
     *
     * @param maxBytes of UTF-8
     * @param maxDepth nested levels
     */
    MetadataReader(Redactor redactor, Redactions redactions, int maxBytes, int maxDepth) {
        this.redactor = redactor;
        this.redactions = redactions;
        this.maxBytes = maxBytes;
        this.levels = new Level[maxDepth];
    }

    /** An open object or array. */
    private static final class Level {
        final MemberNames names = new MemberNames();
        boolean array;
        int members;
        int renamed;
        String name = "";
        /** The secrecy that a sibling or the previous element implies for the value that it names. */
        NameSecrecy named = NameSecrecy.NONE;
        /** The secrecy that the name of a list or an object implies for its content. */
        NameSecrecy elements = NameSecrecy.NONE;
        /** The position of a value that a later sibling may name; empty if there is none. */
        int valueStart;

        int valueEnd;
        String valueName = "";
    }

    /**
     * Reads the object that starts at the parser's current token, and always leaves the parser at its end.
     *
     * @return the text, or null if the object breaks a rule; then {@link #error} names the first one
     */
    @Nullable
    String read(JsonParser parser) throws IOException {
        out.clear();
        depth = 0;
        error = null;
        secrecy = NameSecrecy.NONE;
        open(false, NameSecrecy.NONE);
        while (depth > 0 && error == null) {
            copy(parser, parser.nextToken());
            if (out.utf8Bytes() > maxBytes && error == null) {
                error = new FieldError("/" + EventJson.METADATA, EventLimits.METADATA_TOO_LARGE);
            }
        }
        if (error == null) {
            return out.toString();
        }
        skipOpenLevels(parser);
        return null;
    }

    /** Why {@link #read} returned null. */
    @Nullable
    FieldError error() {
        return error;
    }

    private void copy(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.FIELD_NAME) {
            name(parser);
            return;
        }
        if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
            close(token == JsonToken.END_OBJECT ? '}' : ']');
            return;
        }
        Level level = level(depth - 1);
        NameSecrecy told = level.array || secrecy == NameSecrecy.NONE ? level.elements : secrecy;
        secrecy = NameSecrecy.NONE;
        if (token.isStructStart()) {
            structure(parser, token == JsonToken.START_ARRAY, told, level);
        } else if (token == JsonToken.VALUE_STRING) {
            string(parser, told, level);
        } else {
            scalar(parser, token, told, level);
        }
    }

    private void structure(JsonParser parser, boolean array, NameSecrecy told, Level level) throws IOException {
        if (!level.array && redactor.hidesStructure(told, level.name)) {
            redactor.replacedByKey();
            replace();
            parser.skipChildren();
            return;
        }
        level.named = level.array ? NameSecrecy.NONE : level.named;
        separate();
        if (depth == levels.length) {
            error = new FieldError(pointer(depth), EventLimits.METADATA_TOO_DEEP);
            parser.skipChildren();
        } else {
            open(array, array ? told : level.array ? NameSecrecy.NONE : redactor.secrecyWithin(told, level.name));
        }
    }

    private void string(JsonParser parser, NameSecrecy told, Level level) throws IOException {
        if (!fits(parser)) {
            separate();
            return;
        }
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        boolean value = !level.array && redactor.isValue(level.name);
        NameSecrecy secret = told != NameSecrecy.NONE || !(level.array || value) ? told : named(level);
        if (redactor.hidesText(secret, chars, from, length)) {
            redactor.replacedByKey();
            replace();
            level.named = level.array ? NameSecrecy.NONE : level.named;
            return;
        }
        separate();
        int start = out.length();
        text(chars, from, length);
        if (level.array) {
            level.named = secrecyOfNext(chars, from, length);
        } else if (value && redactor.hidesText(redactor.secrecyOfNamed(level.name), chars, from, length)) {
            // A later sibling may name it.
            level.valueStart = start;
            level.valueEnd = out.length();
            level.valueName = level.name;
        } else if (!value && redactor.isName(level.name)) {
            named(level, chars, from, length);
        }
    }

    /** Lists often contain names only, so the element after a name must look random. */
    private NameSecrecy secrecyOfNext(char[] chars, int from, int length) {
        NameSecrecy next = redactor.secrecyNamedBy(chars, from, length);
        boolean option = length > 2 && chars[from] == '-' && chars[from + 1] == '-';
        return next == NameSecrecy.NONE || option ? next : NameSecrecy.LIKELY;
    }

    private NameSecrecy named(Level level) {
        return level.array || level.named == NameSecrecy.NONE ? level.named : redactor.secrecyOfNamed(level.name);
    }

    private void named(Level level, char[] chars, int from, int length) {
        NameSecrecy says = redactor.secrecyNamedBy(chars, from, length);
        if (says == NameSecrecy.NONE) {
            return;
        }
        level.named = NameSecrecy.ANY;
        int inner = level.valueEnd - level.valueStart - 2;
        if (inner > 0 && !out.has(level.valueStart, QUOTED_REPLACEMENT)) {
            redactor.replacedByKey();
            out.replace(level.valueStart, level.valueEnd, QUOTED_REPLACEMENT);
            level.valueEnd = level.valueStart;
            String value = level.valueName;
            redactions.add(() -> {
                StringBuilder pointer = new StringBuilder(pointer(depth - 1));
                JsonPointers.append(pointer, value);
                return pointer.toString();
            });
        }
    }

    private void scalar(JsonParser parser, JsonToken token, NameSecrecy told, Level level) throws IOException {
        level.named = level.array ? NameSecrecy.NONE : level.named;
        if (parser.getTextLength() > EventLimits.MAX_NUMBER) {
            error = new FieldError(pointer(depth), EventLimits.NUMBER_TOO_LONG);
            return;
        }
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            if (redactor.hidesInteger(
                    told,
                    level.array ? null : level.name,
                    parser.getTextCharacters(),
                    parser.getTextOffset(),
                    parser.getTextLength())) {
                replace();
                return;
            }
        }
        separate();
        if (fits(parser)) {
            out.raw(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        }
    }

    private void replace() {
        separate();
        out.string(REPLACEMENT, 0, REPLACEMENT.length);
        redactions.add(() -> pointer(depth));
    }

    private void text(char[] chars, int from, int length) {
        String clean = redactor.clean(chars, from, length);
        boolean storable;
        if (clean == null) {
            storable = out.string(chars, from, length);
        } else {
            storable = out.string(clean.toCharArray(), 0, clean.length());
            redactions.add(() -> pointer(depth));
        }
        if (!storable) {
            error = new FieldError(pointer(depth), CodePoints.NOT_STORABLE);
        }
    }

    private void name(JsonParser parser) throws IOException {
        if (!fits(parser)) {
            return;
        }
        Level level = level(depth - 1);
        if (level.members++ > 0) {
            out.raw(',');
        }
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        secrecy = redactor.secrecyOf(chars, from, length);
        String clean = redactor.clean(chars, from, length);
        // The pointer names the enclosing object, because a pointer with such a name could not be sent as text.
        if (clean != null ? !cleanName(level, clean) : !out.string(chars, from, length)) {
            error = new FieldError(pointer(depth - 1), NAME_NOT_STORABLE);
            return;
        }
        out.raw(':');
        if (clean == null) {
            level.name = parser.currentName();
            if (!level.names.add(level.name)) {
                error = new FieldError(pointer(depth), EventDecoder.GIVEN_TWICE);
            }
        }
    }

    /** Writes a redacted name. A number keeps names with different secrets distinct. */
    private boolean cleanName(Level level, String clean) {
        String name = clean;
        while (!level.names.add(name)) {
            name = clean + " " + ++level.renamed;
        }
        level.name = name;
        if (!out.string(name.toCharArray(), 0, name.length())) {
            return false;
        }
        redactions.add(() -> pointer(depth));
        return true;
    }

    private void separate() {
        Level level = level(depth - 1);
        if (level.array && level.members++ > 0) {
            out.raw(',');
        }
    }

    private void open(boolean array, NameSecrecy elements) {
        Level level = level(depth++);
        level.named = NameSecrecy.NONE;
        level.elements = elements;
        level.valueStart = 0;
        level.valueEnd = 0;
        level.names.clear();
        level.array = array;
        level.members = 0;
        level.renamed = 1;
        out.raw(array ? '[' : '{');
    }

    private void close(char bracket) {
        depth--;
        out.raw(bracket);
    }

    /** Checks the length of a token before it is copied, so that the text cannot grow far beyond its limit. */
    private boolean fits(JsonParser parser) throws IOException {
        if (parser.getTextLength() > maxBytes) {
            error = new FieldError("/" + EventJson.METADATA, EventLimits.METADATA_TOO_LARGE);
        }
        return error == null;
    }

    private void skipOpenLevels(JsonParser parser) throws IOException {
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
        }
    }

    private String pointer(int levelCount) {
        StringBuilder pointer = new StringBuilder();
        JsonPointers.append(pointer, EventJson.METADATA);
        for (int i = 0; i < levelCount; i++) {
            Level level = level(i);
            JsonPointers.append(pointer, level.array ? Integer.toString(level.members - 1) : level.name);
        }
        return pointer.toString();
    }

    private Level level(int index) {
        Level level = levels[index];
        if (level == null) {
            level = new Level();
            levels[index] = level;
        }
        return level;
    }
}
