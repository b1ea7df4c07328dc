package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.digest.NamedUuids;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids of events: a record has the same id whichever request brings it. For one request; one thread.
 *
 * <p>Log records without a key of their own that are equal in everything are counted, so that each is an event. A
 * request remembers {@value #REMEMBERED} of them; what is equal to one behind these is a duplicate.
 */
final class EventIds {
    private static final String SPACE = "sentinel-otlp-1";
    private static final String UID = "log.record.uid";
    private static final String SERVICE = "service.name";

    /** Log records of one request. */
    private static final int REMEMBERED = 100_000;

    /** How many log records with the same content this request has had, by that content. */
    private final Map<Beginning, Integer> twins = new HashMap<>();

    private final int remembered;
    private final NamedUuids uuids = new NamedUuids(SPACE);

    /** Costly to create. */
    private final Sha256 digest = new Sha256();

    EventIds() {
        this(REMEMBERED);
    }

    /** @param remembered log records without a key, at most */
    EventIds(int remembered) {
        this.remembered = remembered;
    }

    /** The first half of a SHA-256: enough to tell contents apart, and small. */
    private record Beginning(long high, long low) {}

    /**
     * The kind is part of it, because some tracers give the spans of client and server of one call one id. A span that
     * has not ended is another event: it must not hide how it ended.
     */
    UUID ofSpan(Span span) {
        String kind = Integer.toString(span.kind());
        return span.endNanos() == 0
                ? uuids.of("span", span.traceId(), span.spanId(), kind, "open")
                : uuids.of("span", span.traceId(), span.spanId(), kind);
    }

    UUID ofLog(Subject subject, LogRecord log) {
        String uid = subject.attributes().text(UID);
        if (uid != null && !uid.isEmpty()) {
            String service = subject.origin().resource().text(SERVICE);
            return uuids.of("uid", service == null ? "" : service, uid);
        }
        LogKey key = subject.emitter().id();
        List<String> parts = key == null ? null : parts(key, subject, log);
        if (parts != null) {
            return uuids.of(parts.toArray(String[]::new));
        }
        byte[] content = LogDigest.of(subject, log);
        return uuids.of("log", HexFormat.of().formatHex(content), Integer.toString(ordinal(content)));
    }

    /** Two records with the same content are two records; a retry has both of them again. */
    private int ordinal(byte[] content) {
        ByteBuffer bits = ByteBuffer.wrap(content);
        Beginning beginning = new Beginning(bits.getLong(), bits.getLong());
        boolean full = twins.size() >= remembered && !twins.containsKey(beginning);
        return full ? 0 : twins.merge(beginning, 1, Integer::sum) - 1;
    }

    private @Nullable List<String> parts(LogKey key, Subject subject, LogRecord log) {
        List<String> parts = new ArrayList<>();
        parts.add(key.label());
        for (LogKey.Part part : key.parts()) {
            String value =
                    switch (part.kind()) {
                        case NAME -> subject.name();
                        case TIME -> Long.toUnsignedString(log.timeNanos());
                        case ATTRIBUTE -> text(subject, part.keys().get(0));
                        case HASH -> hash(subject, part.keys());
                    };
            if (part.required() && value.isEmpty()) {
                return null;
            }
            parts.add(value);
        }
        return parts;
    }

    private static String text(Subject subject, String key) {
        // Of a very long text, its beginning counts.
        if (subject.attributes().get(key) instanceof Text text) {
            return text.string();
        }
        String text = subject.attributes().text(key);
        return text == null ? "" : text;
    }

    private String hash(Subject subject, List<String> keys) {
        for (String key : keys) {
            digest.add(text(subject, key)).add((byte) 0);
        }
        return HexFormat.of().formatHex(digest.finish());
    }
}
