package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.event.Sealer;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.Proofs;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.store.sqlite.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A log and its signed tree, computed by other code than that which verifies it. */
public final class SignedLog {
    public static final String ORIGIN = "audit.example.com/log/1";

    private final SigningKey key;
    private final List<StoredEvent> events;
    private final List<byte[]> leaves = new ArrayList<>();
    private final Map<TileId, byte[]> tiles = new HashMap<>();
    private final TreeEdge edge = new TreeEdge();

    private SignedLog(SigningKey key, List<StoredEvent> events) {
        this.key = key;
        this.events = List.copyOf(events);
        Leaf leaf = new Leaf();
        for (StoredEvent event : events) {
            leaves.add(leaf.bytes(event));
            edge.append(leaf.hash(event).bytes());
            for (Tile tile : edge.takeFull()) {
                tiles.put(tile.id(), tile.hashes());
            }
        }
    }

    /** Any events, with a new key. */
    public static SignedLog random(int size, long seed) {
        RandomEvents random = new RandomEvents(seed);
        Sealer sealer = new Sealer();
        List<StoredEvent> events = new ArrayList<>();
        for (int seq = 0; seq < size; seq++) {
            AuditEvent event = random.sample().event().toBuilder()
                    .submittedBy(seq % 3 == 0 ? "key-1" : null)
                    .redacted(seq % 5 == 0 ? "{\"rules\":\"1-full\",\"count\":1}" : null)
                    .build();
            Instant receivedAt = Instant.parse("2026-11-02T08:00:00Z").plusMillis(seq);
            events.add(new StoredEvent(
                    seq, receivedAt, event, sealer.draw(List.of(event)).get(0)));
        }
        return new SignedLog(SigningKey.generate(ORIGIN, new SecureRandom()), events);
    }

    /** What someone signs who has the key and changes the events. */
    public SignedLog with(List<StoredEvent> other) {
        return new SignedLog(key, other);
    }

    public List<StoredEvent> events() {
        return events;
    }

    public SignedLog first(int size) {
        return with(events.subList(0, size));
    }

    public int size() {
        return events.size();
    }

    public String vkey() {
        return key.verifierKey().toString();
    }

    public TreeHash root() {
        return edge.root();
    }

    /** Signs any text with the key of this log. */
    public NoteSignature sign(String text) {
        return key.sign(text);
    }

    /** Signs a checkpoint of all events. */
    public SignedNote note() {
        String text = new Checkpoint(ORIGIN, size(), root()).text();
        return new SignedNote(text, List.of(key.sign(text)));
    }

    /** Writes the log with its tree file. */
    public void write(Path log) throws SQLException {
        LogFiles.append(log, events);
        writeTree(log);
    }

    /** Writes the tree file of a log that exists. */
    public void writeTree(Path log) throws SQLException {
        Path file = log.resolveSibling(log.getFileName().toString().replace(".db", ".tree.db"));
        LogFiles.createTree(file);
        for (Map.Entry<TileId, byte[]> tile : tiles.entrySet()) {
            LogFiles.addTile(file, tile.getKey().level(), tile.getKey().index(), tile.getValue());
        }
        LogFiles.setState(file, size(), root().bytes(), note().toString());
    }

    /** Writes the tiles as files. */
    public void writeTiles(Path directory) throws IOException {
        for (int level = 0; level < 8; level++) {
            for (long n = 0; new TileId(level, n).widthAt(size()) > 0; n++) {
                TileId id = new TileId(level, n);
                Path file = directory.resolve(id.path(id.widthAt(size())));
                Files.createDirectories(file.getParent());
                Files.write(file, tile(id));
            }
        }
        Files.writeString(directory.resolve("checkpoint"), note().toString());
    }

    private byte[] tile(TileId id) {
        return tiles.containsKey(id) ? tiles.get(id) : edge.partial(id.level());
    }

    /** A proof that an event is in the log. */
    public TlogProof proof(int seq) {
        return new TlogProof(
                seq, Proofs.inclusion(seq, size(), this::tile), Optional.of(leaves.get(seq)), note().toString());
    }

    /** The lines of an export of the events from 0 to before {@code size}, without the last line. */
    public List<String> lines(int size) {
        return events.subList(0, size).stream()
                .map(EventWriter::toSealedJson)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The last line of an export of these lines. */
    public String end(List<String> lines, int size) {
        String consistency = Proofs.consistency(size, size(), this::tile).stream()
                .map(hash -> "\"" + hash.base64() + "\"")
                .collect(Collectors.joining(","));
        String note = note().toString().replace("\n", "\\n");
        String end = endOfPart(lines);
        return end.substring(0, end.length() - 1) + ",\"tree\":{\"size\":" + size + ",\"consistency\":[" + consistency
                + "],\"checkpoint\":\"" + note + "\"}}";
    }

    /** The last line of an export with a filter. */
    public String endOfPart(List<String> lines) {
        return "{\"export\":{\"events\":" + lines.size()
                + ",\"complete\":true,\"began_at\":\"2026-11-27T10:00:00.000001Z\"},\"leaves_sha256\":\""
                + leavesSha256(lines) + "\"}";
    }

    private String leavesSha256(List<String> lines) {
        Sha256 digest = new Sha256();
        Leaf leaf = new Leaf();
        for (String line : lines) {
            int seq = Integer.parseInt(line.replaceAll("(?s).*,\"seq\":(\\d+),\"received_at\".*", "$1"));
            digest.add(leaf.hash(events.get(seq)).bytes());
        }
        return HexFormat.of().formatHex(digest.finish());
    }

    /** Writes lines as a file. */
    public static Path file(Path file, List<String> lines) throws IOException {
        return Files.write(file, (String.join("\n", lines) + "\n").getBytes(UTF_8));
    }
}
