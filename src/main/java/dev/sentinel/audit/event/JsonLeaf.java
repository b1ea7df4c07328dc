package dev.sentinel.audit.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.model.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Computes the leaf of an event from its JSON as the server answers or exports it. It follows only the general rules of
 * {@link Leaf}, and knows no member but those that have a rule of their own. So it reads events of newer servers, which
 * may have more members:
 *
 * <ul>
 *   <li>{@code seq}, {@code seal}, {@code proof}, {@code erased}, {@code redacted} and null members are left out;
 *   <li>{@code resource} and {@code metadata} are replaced by their commitments, computed from the text as it is
 *       written, so that no number changes;
 *   <li>{@code session_id} and {@code on_behalf_of}, which may be personal, are replaced by one commitment
 *       {@code links};
 *   <li>every other member stays: text, an integer below 2^53, a boolean, or an array or object of these.
 * </ul>
 *
 * <p>Anything that two parsers could read differently is refused: a repeated name, an unpaired surrogate, another
 * number. Memory is bounded by the text. One thread; reused for many events.
 */
public final class JsonLeaf {
    private static final String LINKS = Seal.LINKS;
    private static final String SESSION_ID = EventJson.SESSION_ID;
    private static final String ON_BEHALF_OF = EventJson.ON_BEHALF_OF;
    private static final String ERASED = "erased";
    private static final String VERSION = "v";

    private static final int MAX_MEMBERS = 200;

    private static final byte[] RESOURCE_LABEL = ascii(EventJson.RESOURCE + '\n');
    private static final byte[] METADATA_LABEL = ascii(EventJson.METADATA + '\n');
    private static final byte[] LINKS_LABEL = ascii(LINKS + '\n');
    private static final byte[] ONE = ascii("1");
    private static final byte LINE_FEED = '\n';

    /** The prefix of a leaf that is hashed (RFC 6962, section 2.1). */
    private static final byte LEAF = 0;

    private static final JsonFactory FACTORY = StrictJson.factory();

    private final HmacSha256 hmac = new HmacSha256(new byte[Seal.SALT_BYTES]);
    private final Sha256 sha256 = new Sha256();
    private final CanonicalJson values = new CanonicalJson();
    private final Utf8Json leaf = new Utf8Json();

    private final String[] names = new String[MAX_MEMBERS];
    private final int[] starts = new int[MAX_MEMBERS];
    private final int[] ends = new int[MAX_MEMBERS];
    private int members;

    private long seq;
    private @Nullable String proof;
    private @Nullable String resource;
    private @Nullable String metadata;
    private String redacted = "";
    private byte @Nullable [] sessionId;
    private byte @Nullable [] onBehalfOf;
    private byte @Nullable [] resourceSeal;
    private byte @Nullable [] metadataSeal;
    private byte @Nullable [] linksSeal;

    /** The names that are not members of the leaf, but were in this event. */
    private int consumed;

    /**
     * Reads an event that has its seal.
     *
     * @throws MalformedEventException if the text is not an event with a seal
     */
    public JsonLeaf read(byte[] json) {
        return read(json, 0, json.length);
    }

    /** As {@link #read(byte[])}, a part of an array. */
    public JsonLeaf read(byte[] json, int from, int to) {
        parse(json, from, to);
        assemble();
        return this;
    }

    /** As {@link #read(byte[])}, of an event without its seal, which is this one. */
    public JsonLeaf read(byte[] json, Seal seal) {
        parse(json, 0, json.length);
        resourceSeal = seal.resourcePart();
        metadataSeal = seal.metadataPart();
        linksSeal = seal.linksPart();
        assemble();
        return this;
    }

    /** Returns the member {@code seq} of the event that was read; -1 if it has none. */
    public long seq() {
        return seq;
    }

    /** Returns the member {@code proof} of the event that was read; null if it has none. */
    public @Nullable String proof() {
        return proof;
    }

    /** Returns the hash of the leaf of the event that was read. */
    public LeafHash hash() {
        return new LeafHash(sha256.add(LEAF).add(leaf.bytes(), 0, leaf.length()).finish());
    }

    /** Returns a copy of the leaf of the event that was read. */
    public byte[] bytes() {
        return leaf.copy();
    }

    private void parse(byte[] json, int from, int to) {
        clear();
        if (Utf8.firstInvalid(json, from, to) >= 0) {
            throw new MalformedEventException("the event is not valid UTF-8");
        }
        String text = new String(json, from, to - from, UTF_8);
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedEventException("the event is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = CanonicalJson.requireUnicode(parser.currentName());
                parser.nextToken();
                member(name, parser, text);
            }
            if (parser.nextToken() != null) {
                throw new MalformedEventException("there is more than one JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new MalformedEventException("the event is not valid JSON");
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private void clear() {
        members = 0;
        consumed = 0;
        seq = -1;
        proof = null;
        resource = null;
        metadata = null;
        redacted = "";
        sessionId = null;
        onBehalfOf = null;
        resourceSeal = null;
        metadataSeal = null;
        linksSeal = null;
        values.clear();
        leaf.clear();
    }

    private void member(String name, JsonParser parser, String text) throws IOException {
        boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
        switch (name) {
            case EventJson.SEQ -> {
                once(1, name);
                seq = isNull ? -1 : CanonicalJson.integer(parser);
            }
            case EventJson.SEAL -> {
                once(2, name);
                seal(parser);
            }
            case EventJson.PROOF -> {
                once(256, name);
                proof = isNull ? null : proof(parser);
            }
            case ERASED -> {
                once(4, name);
                parser.skipChildren();
            }
            case EventJson.REDACTED -> {
                once(8, name);
                redacted = isNull ? "" : written(parser, text);
            }
            case EventJson.RESOURCE -> {
                once(16, name);
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    resource = written(parser, text);
                }
            }
            case EventJson.METADATA -> {
                once(32, name);
                metadata = isNull ? null : written(parser, text);
            }
            case SESSION_ID -> {
                once(64, name);
                sessionId = isNull ? null : canonical(parser);
            }
            case ON_BEHALF_OF -> {
                once(128, name);
                onBehalfOf = isNull ? null : canonical(parser);
            }
            case LINKS, VERSION -> throw new MalformedEventException("an event has no member " + name);
            default -> {
                if (!isNull) {
                    int start = values.length();
                    values.value(parser);
                    add(name, start, values.length());
                }
            }
        }
    }

    private static String proof(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedEventException("the proof is not a text");
        }
        return parser.getText();
    }

    /** A second one would be read differently by other parsers. Other members are compared when they are sorted. */
    private void once(int flag, String name) {
        if ((consumed & flag) != 0) {
            throw repeated(name);
        }
        consumed |= flag;
    }

    private static MalformedEventException repeated(String name) {
        return new MalformedEventException(
                "the event has two members " + (name.matches("\\w{1,40}") ? name : "of one name"));
    }

    /** The value as it is written. */
    private static String written(JsonParser parser, String text) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            // Reads it to its end.
            CanonicalJson.requireUnicode(parser.getText());
        }
        return text.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    private byte[] canonical(JsonParser parser) throws IOException {
        int start = values.length();
        values.value(parser);
        return values.copy(start);
    }

    private void seal(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedEventException("the seal is not an object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case EventJson.RESOURCE -> resourceSeal = part(resourceSeal, parser);
                case EventJson.METADATA -> metadataSeal = part(metadataSeal, parser);
                case LINKS -> linksSeal = part(linksSeal, parser);
                default -> parser.skipChildren();
            }
        }
    }

    private static byte[] part(byte @Nullable [] before, JsonParser parser) throws IOException {
        String digits = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        int bytes = digits.length() / 2;
        boolean isSeal = (bytes == Seal.SALT_BYTES || bytes == Seal.COMMITMENT_BYTES) && digits.length() % 2 == 0;
        byte[] part = new byte[isSeal ? bytes : 0];
        for (int i = 0; i < part.length && isSeal; i++) {
            int value = (digit(digits.charAt(2 * i)) << 4) | digit(digits.charAt(2 * i + 1));
            isSeal = value >= 0;
            part[i] = (byte) value;
        }
        if (!isSeal || before != null) {
            throw new MalformedEventException("the seal does not have 32 or 64 hexadecimal digits for each field");
        }
        return part;
    }

    /** Negative for anything but a lower-case hexadecimal digit. */
    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    private void assemble() {
        if (resourceSeal == null || metadataSeal == null) {
            throw new MalformedEventException("the event has no seal");
        }
        commit(EventJson.RESOURCE, RESOURCE_LABEL, resourceSeal, resource, null);
        commit(EventJson.METADATA, METADATA_LABEL, metadataSeal, metadata, redacted);
        links();
        int start = values.length();
        values.add(ONE);
        add(VERSION, start, values.length());
        byte separator = '{';
        for (int i = 0; i < members; i++) {
            if (i > 0 && names[i].equals(names[i - 1])) {
                throw repeated(names[i]);
            }
            leaf.add(separator).quoted(names[i]).add((byte) ':').add(values.bytes(), starts[i], ends[i]);
            separator = ',';
        }
        leaf.add((byte) '}');
    }

    private void links() {
        byte[] seal = linksSeal;
        boolean hasLinks = sessionId != null || onBehalfOf != null;
        if (!hasLinks && (seal == null || seal.length == Seal.SALT_BYTES)) {
            return;
        }
        if (seal == null) {
            throw new MalformedEventException("the seal has no part for " + SESSION_ID + " and " + ON_BEHALF_OF);
        }
        StringBuilder object = new StringBuilder();
        if (onBehalfOf != null) {
            object.append("{\"" + ON_BEHALF_OF + "\":").append(new String(onBehalfOf, UTF_8));
        }
        if (sessionId != null) {
            object.append(object.isEmpty() ? "{" : ",")
                    .append("\"" + SESSION_ID + "\":")
                    .append(new String(sessionId, UTF_8));
        }
        commit(LINKS, LINKS_LABEL, seal, object.append('}').toString(), null);
    }

    /** @param rest what follows the text after a line feed; null if nothing does */
    private void commit(String name, byte[] label, byte[] seal, @Nullable String text, @Nullable String rest) {
        byte[] commitment = seal;
        if (seal.length != Seal.COMMITMENT_BYTES) {
            if (text == null) {
                throw new MalformedEventException("the event has no " + name);
            }
            hmac.restart(seal).add(label).add(text);
            if (rest != null) {
                hmac.add(LINE_FEED).add(rest);
            }
            commitment = hmac.finish();
        }
        int start = values.length();
        values.quotedHex(commitment);
        add(name, start, values.length());
    }

    /** Inserts a member in the order of JCS: by UTF-16 code units. */
    private void add(String name, int start, int end) {
        if (members == MAX_MEMBERS) {
            throw new MalformedEventException("the event has more than " + MAX_MEMBERS + " members");
        }
        int at = members++;
        for (; at > 0 && names[at - 1].compareTo(name) > 0; at--) {
            names[at] = names[at - 1];
            starts[at] = starts[at - 1];
            ends[at] = ends[at - 1];
        }
        names[at] = name;
        starts[at] = start;
        ends[at] = end;
    }

    private static byte[] ascii(String value) {
        return value.getBytes(US_ASCII);
    }
}
