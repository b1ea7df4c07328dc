package dev.sentinel.audit.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes and hashes leaves: the entries of the log's Merkle tree (RFC 6962). A leaf is a small JSON object in the form
 * of JCS (RFC 8785): the members of the event as clients get it that are not null, without {@code seq}, which is the
 * leaf's index, and without {@code redacted} and {@code seal}; {@code resource} and {@code metadata} are replaced by
 * commitments that the {@link Seal} opens, and so are {@code session_id} and {@code on_behalf_of} together, as
 * {@code links}, if the event has one of them; {@code "v":1} is added. A member that is not known yet can be added to
 * events later without another version, because absent members leave no trace.
 *
 * <p>A commitment is the HMAC-SHA-256, in lower-case hexadecimal digits, of a label, a line feed and a text, with the
 * salt as key. The text of {@code resource} is its JSON string; the text of {@code metadata} is its JSON followed by a
 * line feed and the JSON of {@code redacted}, or by a line feed only; the text of {@code links} is the JCS of the
 * object of the two members that are not null. Texts are committed as they are served, because JCS would change
 * numbers.
 *
 * <p>One thread; reused for many events, because creating the digests costs more than using them.
 */
public final class Leaf {
    private static final byte[] RESOURCE = ascii("resource\n");
    private static final byte[] METADATA = ascii("metadata\n");
    private static final byte[] LINKS = ascii(Seal.LINKS + '\n');
    private static final byte[] ON_BEHALF_OF = ascii("\"" + EventJson.ON_BEHALF_OF + "\":");
    private static final byte[] SESSION_ID = ascii("\"" + EventJson.SESSION_ID + "\":");
    private static final byte QUOTE = '"';

    /** The prefix of a leaf that is hashed (RFC 6962, section 2.1). */
    private static final byte LEAF = 0;

    private static final byte LINE_FEED = '\n';

    /** In the order of JCS: by UTF-16 code units. */
    private static final byte[] ACTION_TYPE = ascii("{\"" + EventJson.ACTION_TYPE + "\":\"");

    private static final byte[] ACTOR = ascii("\",\"" + EventJson.ACTOR + "\":\"");
    private static final byte[] AGENT = ascii("\",\"" + EventJson.AGENT_INSTANCE_ID + "\":");
    private static final byte[] EVENT_ID = ascii(",\"" + EventJson.EVENT_ID + "\":\"");
    private static final byte[] LATENCY = ascii(",\"" + EventJson.LATENCY_MS + "\":");
    private static final byte[] LINKS_MEMBER = ascii(",\"" + Seal.LINKS + "\":\"");
    private static final byte[] METADATA_MEMBER = ascii(",\"" + EventJson.METADATA + "\":\"");
    private static final byte[] PARENT_SPAN_ID = ascii("\",\"" + EventJson.PARENT_SPAN_ID + "\":\"");
    private static final byte[] RECEIVED_AT = ascii("\",\"" + EventJson.RECEIVED_AT + "\":\"");
    private static final byte[] RESOURCE_MEMBER = ascii("\",\"" + EventJson.RESOURCE + "\":\"");
    private static final byte[] SPAN_ID = ascii("\",\"" + EventJson.SPAN_ID + "\":\"");
    private static final byte[] STATUS = ascii("\",\"" + EventJson.STATUS + "\":\"");
    private static final byte[] SUBMITTED_BY = ascii("\",\"" + EventJson.SUBMITTED_BY + "\":");
    private static final byte[] TIMESTAMP = ascii(",\"" + EventJson.TIMESTAMP + "\":\"");
    private static final byte[] TIMESTAMP_AFTER_STATUS = ascii("\",\"" + EventJson.TIMESTAMP + "\":\"");
    private static final byte[] TRACE_ID = ascii("\",\"" + EventJson.TRACE_ID + "\":");
    private static final byte[] VERSION = ascii(",\"v\":1}");

    private final HmacSha256 hmac = new HmacSha256(new byte[Seal.SALT_BYTES]);
    private final Sha256 sha256 = new Sha256();
    private final Utf8Json text = new Utf8Json();

    /** The hash of the event's leaf. */
    public LeafHash hash(StoredEvent stored) {
        write(stored);
        return new LeafHash(sha256.add(LEAF).add(text.bytes(), 0, text.length()).finish());
    }

    /** The event's leaf: UTF-8 without a line feed at the end, less than 4 KiB. */
    public byte[] bytes(StoredEvent stored) {
        write(stored);
        return text.copy();
    }

    private void write(StoredEvent stored) {
        AuditEvent event = stored.event();
        String resource = resource(event, stored.seal());
        String metadata = metadata(event, stored.seal());
        String links = links(event.links(), stored.seal());
        text.clear();
        text.add(ACTION_TYPE).ascii(event.actionType().wireName());
        text.add(ACTOR).ascii(event.actor().wireName());
        text.add(AGENT).quoted(event.agentInstanceId());
        text.add(EVENT_ID).ascii(event.eventId().toString()).add(QUOTE);
        if (event.latencyMs() != null) {
            text.add(LATENCY).ascii(event.latencyMs().toString());
        }
        if (links != null) {
            text.add(LINKS_MEMBER).ascii(links).add(QUOTE);
        }
        text.add(METADATA_MEMBER).ascii(metadata);
        if (event.links().parentSpanId() != null) {
            text.add(PARENT_SPAN_ID).ascii(event.links().parentSpanId());
        }
        text.add(RECEIVED_AT).ascii(Timestamps.format(stored.receivedAt()));
        text.add(RESOURCE_MEMBER).ascii(resource);
        if (event.links().spanId() != null) {
            text.add(SPAN_ID).ascii(event.links().spanId());
        }
        text.add(STATUS).ascii(event.status().wireName());
        if (event.submittedBy() == null) {
            text.add(TIMESTAMP_AFTER_STATUS);
        } else {
            text.add(SUBMITTED_BY).quoted(event.submittedBy()).add(TIMESTAMP);
        }
        text.ascii(Timestamps.format(stored.timestamp()));
        text.add(TRACE_ID).quoted(event.traceId());
        text.add(VERSION);
    }

    private String resource(AuditEvent event, Seal seal) {
        byte[] part = seal.resourcePart();
        if (part.length == Seal.COMMITMENT_BYTES) {
            return HexFormat.of().formatHex(part);
        }
        text.clear();
        text.quoted(event.resource());
        hmac.restart(part).add(RESOURCE).add(text.bytes(), 0, text.length());
        return HexFormat.of().formatHex(hmac.finish());
    }

    private String metadata(AuditEvent event, Seal seal) {
        byte[] part = seal.metadataPart();
        if (part.length == Seal.COMMITMENT_BYTES) {
            return HexFormat.of().formatHex(part);
        }
        hmac.restart(part).add(METADATA).add(event.metadata()).add(LINE_FEED);
        if (event.redacted() != null) {
            hmac.add(event.redacted());
        }
        return HexFormat.of().formatHex(hmac.finish());
    }

    /** Null for a leaf without. */
    private @Nullable String links(Links links, Seal seal) {
        byte[] part = seal.linksPart();
        if (part != null && part.length == Seal.COMMITMENT_BYTES) {
            return HexFormat.of().formatHex(part);
        }
        if (!links.mayBePersonal()) {
            return null;
        }
        if (part == null) {
            throw new MalformedEventException("the seal has no part for links");
        }
        text.clear();
        byte separator = '{';
        if (links.onBehalfOf() != null) {
            text.add(separator).add(ON_BEHALF_OF).quoted(links.onBehalfOf());
            separator = ',';
        }
        if (links.sessionId() != null) {
            text.add(separator).add(SESSION_ID).quoted(links.sessionId());
        }
        text.add((byte) '}');
        hmac.restart(part).add(LINKS).add(text.bytes(), 0, text.length());
        return HexFormat.of().formatHex(hmac.finish());
    }

    private static byte[] ascii(String value) {
        return value.getBytes(UTF_8);
    }
}
