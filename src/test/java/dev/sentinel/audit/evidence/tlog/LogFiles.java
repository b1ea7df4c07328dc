package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A log of {@link ReferenceTree}'s entries, written into a directory as a log serves it. */
final class LogFiles {
    private final Path directory;
    private final SigningKey key;
    private final GrowingTree tree;
    private final String checkpoint;

    private LogFiles(Path directory, SigningKey key, GrowingTree tree, String checkpoint) {
        this.directory = directory;
        this.key = key;
        this.tree = tree;
        this.checkpoint = checkpoint;
    }

    /** Writes keys, checkpoint, all tiles and all entry bundles. */
    static LogFiles write(Path directory, SigningKey key, GrowingTree tree) throws IOException {
        long size = tree.edge.size();
        String text = new Checkpoint(key.verifierKey().name(), size, tree.edge.root()).text();
        String note = new SignedNote(text, List.of(key.sign(text))).toString();
        LogFiles files = new LogFiles(directory, key, tree, note);
        files.write("log.vkey", key.verifierKey() + "\n");
        files.write("log.key", key.toFileText());
        files.write("checkpoint", note);
        Files.createDirectories(directory.resolve("proofs"));
        Files.createDirectories(directory.resolve("consistency"));
        for (int level = 0; size >>> (8 * level) > 0; level++) {
            for (long index = 0; new TileId(level, index).widthAt(size) > 0; index++) {
                TileId id = new TileId(level, index);
                files.write(id.path(id.widthAt(size)), tree.get(id));
            }
        }
        for (long start = 0; start < size; start += 256) {
            List<byte[]> entries = LongStream.range(start, Math.min(start + 256, size))
                    .mapToObj(ReferenceTree::entry)
                    .toList();
            files.write(TileId.entriesPath(start / 256, entries.size()), EntryBundle.encode(entries));
        }
        return files;
    }

    void writeProof(long index) throws IOException {
        write("proofs/" + index, proof(index).toString());
    }

    TlogProof proof(long index) {
        return new TlogProof(
                index,
                Proofs.inclusion(index, tree.edge.size(), tree),
                Optional.of(ReferenceTree.entry(index)),
                checkpoint);
    }

    void writeConsistency(long from) throws IOException {
        List<TreeHash> hashes = new ArrayList<>(List.of(Proofs.root(from, tree)));
        hashes.addAll(Proofs.consistency(from, tree.edge.size(), tree));
        write(
                "consistency/" + from,
                hashes.stream().map(hash -> hash.base64() + "\n").collect(Collectors.joining()));
    }

    SigningKey key() {
        return key;
    }

    String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    byte[] readBytes(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    void write(String name, String text) throws IOException {
        write(name, text.getBytes(UTF_8));
    }

    void write(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
