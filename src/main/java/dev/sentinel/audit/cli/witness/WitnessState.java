package dev.sentinel.audit.cli.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import dev.sentinel.audit.files.PrivateFiles;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The key of a witness and what it has cosigned last of each log, in two files. A key without its memory would cosign
 * anything, so it is refused. One process has them at a time. Blocking, one thread.
 */
final class WitnessState implements AutoCloseable {
    private final Path file;
    private final ExclusiveLock lock;
    private final SigningKey key;
    /** By origin. Replaced as a whole: monitors read it on another thread. */
    private volatile Map<String, SignedNote> notes;

    private WitnessState(Path file, ExclusiveLock lock, SigningKey key, Map<String, SignedNote> notes) {
        this.file = file;
        this.lock = lock;
        this.key = key;
        this.notes = Map.copyOf(notes);
    }

    /**
     * Opens the files. Throws {@link Unusable} with one line for the operator.
     *
     * @param name of the key if it is made; empty to make none
     */
    static WitnessState open(Path keyFile, Path stateFile, Optional<String> name) {
        try {
            PrivateFiles.createDirectories(keyFile.toAbsolutePath().getParent());
            PrivateFiles.createDirectories(stateFile.toAbsolutePath().getParent());
            ExclusiveLock lock = ExclusiveLock.tryAcquire(stateFile.resolveSibling(stateFile.getFileName() + ".lock"))
                    .orElseThrow(() -> new Unusable("another witness uses " + stateFile + "; stop it first"));
            try {
                if (!Files.exists(keyFile)) {
                    make(keyFile, stateFile, name);
                }
                SigningKey key = SigningKey.parseWitness(Files.readString(keyFile));
                return new WitnessState(stateFile, lock, key, read(stateFile));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new Unusable(
                    stateFile + " is missing, so nobody knows what the key has cosigned; bring it back, or make another"
                            + " key",
                    e);
        } catch (IOException e) {
            throw new Unusable(keyFile + " or " + stateFile + " cannot be used: " + e.getMessage(), e);
        } catch (MalformedNoteException e) {
            throw new Unusable(keyFile + " or " + stateFile + " is damaged: " + e.getMessage(), e);
        }
    }

    /** The memory first: after a crash there may be one without a key, which is replaced. */
    private static void make(Path keyFile, Path stateFile, Optional<String> name) throws IOException {
        if (name.isEmpty()) {
            throw new Unusable(keyFile + " does not exist; give --name to make a key");
        }
        if (Files.exists(stateFile) && !read(stateFile).isEmpty()) {
            throw new Unusable(keyFile + " is missing, but not " + stateFile + "; bring the key back");
        }
        SigningKey key = SigningKey.generateWitness(name.get(), new SecureRandom());
        PrivateFiles.replace(stateFile, new JsonObject().encode().getBytes(UTF_8));
        PrivateFiles.replace(keyFile, key.toFileText().getBytes(UTF_8));
    }

    private static Map<String, SignedNote> read(Path file) throws IOException {
        Map<String, SignedNote> notes = new TreeMap<>();
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            for (String origin : json.fieldNames()) {
                SignedNote note = SignedNote.parse(json.getString(origin));
                if (!Checkpoint.parse(note.text()).origin().equals(origin)) {
                    throw new MalformedNoteException("a checkpoint is of another log");
                }
                notes.put(origin, note);
            }
            return notes;
        } catch (DecodeException | ClassCastException e) {
            throw new MalformedNoteException("it is not what the witness wrote");
        }
    }

    SigningKey key() {
        return key;
    }

    /** What was cosigned last of a log, with the signature of the log and the cosignature. */
    Optional<SignedNote> note(String origin) {
        return Optional.ofNullable(notes.get(origin));
    }

    Optional<Checkpoint> last(String origin) {
        return note(origin).map(note -> Checkpoint.parse(note.text()));
    }

    /** Remembers what is about to be cosigned. On disk when this returns; otherwise throws {@link Unavailable}. */
    void remember(String origin, SignedNote note) {
        Map<String, SignedNote> next = new TreeMap<>(notes);
        next.put(origin, note);
        JsonObject json = new JsonObject();
        next.forEach((log, seen) -> json.put(log, seen.toString()));
        try {
            PrivateFiles.replace(file, json.encodePrettily().getBytes(UTF_8));
        } catch (IOException e) {
            throw new Unavailable(file + " cannot be written: " + e.getMessage(), e);
        }
        notes = Map.copyOf(next);
    }

    @Override
    public void close() {
        lock.close();
    }
}
