package dev.sentinel.audit.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import java.util.HexFormat;

/**
 * Writes and hashes leaves: the entries of the log's Merkle tree (RFC 6962). A leaf is a small JSON object in the form
 * of JCS (RFC 8785): the members of the event as clients get it that are not null, without {@code seq}, which is the
 * leaf's index, and without {@code redacted} and {@code seal}; {@code resource} and {@code metadata} are replaced by
 * commitments that the {@link Seal} opens; {@code "v":1} is added. A member that is not known yet can be added to
 * events later without another version, because absent members leave no trace.
 *
 * <p>A commitment is the HMAC-SHA-256, in lower-case hexadecimal digits, of a label, a line feed and a text, with the
 * salt as key. The text of {@code resource} is its JSON string; the text of {@code metadata} is its JSON followed by a
 * line feed and the JSON of {@code redacted}, or by a line feed only. Texts are committed as they are served, because
 * JCS would change numbers.
 *
 * <p>One thread; reused for many events, because creating the digests costs more than using them.
 */
public final class Leaf {
    private static final byte[] RESOURCE = ascii("resource\n");
    private static final byte[] METADATA = ascii("metadata\n");

    /** The prefix of a leaf that is hashed (RFC 6962, section 2.1). */
    private static final byte LEAF = 0;

    private static final byte LINE_FEED = '\n';

    /** In the order of JCS: by UTF-16 code units. */
    private static final byte[] ACTION_TYPE = ascii("{\"" + EventJson.ACTION_TYPE + "\":\"");

    private static final byte[] ACTOR = ascii("\",\"" + EventJson.ACTOR + "\":\"");
    private static final byte[] AGENT = ascii("\",\"" + EventJson.AGENT_INSTANCE_ID + "\":");
    private static final byte[] EVENT_ID = ascii(",\"" + EventJson.EVENT_ID + "\":\"");
    private static final byte[] LATENCY = ascii("\",\"" + EventJson.LATENCY_MS + "\":");
    private static final byte[] METADATA_AFTER_NUMBER = ascii(",\"" + EventJson.METADATA + "\":\"");
    private static final byte[] METADATA_AFTER_TEXT = ascii("\",\"" + EventJson.METADATA + "\":\"");
    private static final byte[] RECEIVED_AT = ascii("\",\"" + EventJson.RECEIVED_AT + "\":\"");
    private static final byte[] RESOURCE_MEMBER = ascii("\",\"" + EventJson.RESOURCE + "\":\"");
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
        text.clear();
        text.add(ACTION_TYPE).ascii(event.actionType().wireName());
        text.add(ACTOR).ascii(event.actor().wireName());
        text.add(AGENT).quoted(event.agentInstanceId());
        text.add(EVENT_ID).ascii(event.eventId().toString());
        if (event.latencyMs() == null) {
            text.add(METADATA_AFTER_TEXT);
        } else {
            text.add(LATENCY).ascii(event.latencyMs().toString()).add(METADATA_AFTER_NUMBER);
        }
        text.ascii(metadata);
        text.add(RECEIVED_AT).ascii(Timestamps.format(stored.receivedAt()));
        text.add(RESOURCE_MEMBER).ascii(resource);
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
        byte[] part = seal.part(true);
        if (part.length == Seal.COMMITMENT_BYTES) {
            return HexFormat.of().formatHex(part);
        }
        text.clear();
        text.quoted(event.resource());
        hmac.restart(part).add(RESOURCE).add(text.bytes(), 0, text.length());
        return HexFormat.of().formatHex(hmac.finish());
    }

    private String metadata(AuditEvent event, Seal seal) {
        byte[] part = seal.part(false);
        if (part.length == Seal.COMMITMENT_BYTES) {
            return HexFormat.of().formatHex(part);
        }
        hmac.restart(part).add(METADATA).add(event.metadata()).add(LINE_FEED);
        if (event.redacted() != null) {
            hmac.add(event.redacted());
        }
        return HexFormat.of().formatHex(hmac.finish());
    }

    private static byte[] ascii(String value) {
        return value.getBytes(UTF_8);
    }
}
