package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an event that are redacted.
 *
 * @param metadata a JSON object
 */
record EventTexts(String resource, String metadata) {
    /** Shared because it is costly to create and keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    /** The texts of a stored event, redacted by these rules; null if its metadata is not what any store was given. */
    static @Nullable EventTexts redactedAgain(AuditEvent stored, RedactionRules rules) {
        Redactor redactor = new Redactor(rules, kind -> {});
        try (JsonParser parser = FACTORY.createParser(stored.metadata())) {
            parser.nextToken();
            String metadata = new MetadataReader(redactor, new Redactions()).read(parser);
            return metadata == null ? null : new EventTexts(resource(stored.resource(), redactor), metadata);
        } catch (IOException e) {
            // Only a store that was tampered with holds such metadata. The conflict brings it to attention.
            return null;
        }
    }

    /** A resource without its secrets: the same object if it has none. */
    static String resource(String resource, Redactor redactor) {
        String clean = redactor.clean(resource);
        if (clean == null) {
            return resource;
        }
        // The replacement may be longer than the secret.
        return clean.codePointCount(0, clean.length()) <= EventLimits.MAX_RESOURCE ? clean : RedactionRules.REPLACEMENT;
    }
}
