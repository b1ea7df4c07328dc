package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids of events: a record has the same id whichever request brings it. An id is a UUID of version 8 (RFC 9562) from
 * the first 122 bits of SHA-256, because collisions of SHA-1 (version 5) can be made on purpose by an agent that wants
 * an action hidden. For one request; one thread.
 */
final class EventIds {
    private static final String SPACE = "sentinel-otlp-1";
    private static final String UID = "log.record.uid";
    private static final String SERVICE = "service.name";

    /** How many log records with the same content this request has had, by that content. */
    private final Map<String, Integer> twins = new HashMap<>();

    /** Costly to create. */
    private final Sha256 digest = new Sha256();

    /** The kind is part of it, because some tracers give the spans of client and server of one call one id. */
    UUID ofSpan(Span span) {
        return of("span", span.traceId(), span.spanId(), Integer.toString(span.kind()));
    }

    UUID ofLog(Subject subject, LogRecord log) {
        String uid = subject.attributes().text(UID);
        if (uid != null && !uid.isEmpty()) {
            String service = subject.origin().resource().text(SERVICE);
            return of("uid", service == null ? "" : service, uid);
        }
        LogKey key = subject.emitter().id();
        List<String> parts = key == null ? null : parts(key, subject, log);
        if (parts != null) {
            return of(parts.toArray(String[]::new));
        }
        String content = HexFormat.of().formatHex(LogDigest.of(subject, log));
        // Two records with the same content are two records; a retry has both of them again.
        int ordinal = twins.merge(content, 1, Integer::sum) - 1;
        return of("log", content, Integer.toString(ordinal));
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
        String text = subject.attributes().text(key);
        return text == null ? "" : text;
    }

    private String hash(Subject subject, List<String> keys) {
        for (String key : keys) {
            digest.add(text(subject, key)).add((byte) 0);
        }
        return HexFormat.of().formatHex(digest.finish());
    }

    UUID of(String... parts) {
        digest.add(SPACE);
        for (String part : parts) {
            digest.add((byte) 0).add(part);
        }
        ByteBuffer bits = ByteBuffer.wrap(digest.finish());
        long first = bits.getLong();
        long second = bits.getLong();
        // 48 bits, version 8, 12 bits; variant 2, 62 bits.
        long high = (first & 0xFFFF_FFFF_FFFF_0000L) | 0x8000L | ((first >>> 4) & 0xFFFL);
        long low = 0x8000_0000_0000_0000L | ((first & 0xFL) << 58) | (second >>> 6);
        return new UUID(high, low);
    }
}
