package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.files.ExclusiveLock;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signing keys, and what each has signed last. Each number of a log has a key of its own, in the form that the
 * tools of C2SP read, and beside it the newest note that the key has signed: the signer's memory belongs to its key, so
 * neither is ever part of a backup of the log. Blocking; methods throw {@link Unavailable}.
 */
public final class SignerFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SignerFiles.class);

    private static final String OF_LOG_ID = "sentinel-log/";

    private static final String STATE = ".state";
    private static final String ROLLED_BACK = ".rolled-back";
    private static final String BEGINNING = ".begin";
    private static final String MOVED = ".moved";
    private static final String LOCK = ".lock";
    private static final String ROTATE_LOCK = ".rotate-lock";

    private static final long LOCK_WAIT_NANOS = 500_000_000;
    private static final long LOCK_LOOK_NANOS = 5_000_000;

    private final Path directory;
    private final String stem;
    private final String suffix;

    /** @param key the file that the files are named after; its directory may not exist yet */
    public SignerFiles(Path key) {
        Path file = key.toAbsolutePath();
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        directory = file.getParent();
        stem = dot < 1 ? name : name.substring(0, dot);
        suffix = dot < 1 ? "" : name.substring(dot);
    }

    /** The full name of a number of a log. */
    static String origin(@Nullable String configured, String logId, int number) {
        return (configured == null ? OF_LOG_ID + logId : configured) + "/" + number;
    }

    /** Whether a full name has the id of another log. One that an operator has chosen tells nothing. */
    static boolean isNamedAfterAnother(String origin, String logId) {
        return origin.startsWith(OF_LOG_ID) && !origin.startsWith(OF_LOG_ID + logId + "/");
    }

    /** The file with the key of a number. */
    public Path keyFile(int number) {
        return directory.resolve(stem + "-" + number + suffix);
    }

    private Path stateFile(int number) {
        return beside(number, STATE);
    }

    private Path beside(int number, String added) {
        return directory.resolve(stem + "-" + number + suffix + added);
    }

    /** The file whose lock the one signer holds: it stands for the keys of all numbers. */
    Path lockFile() {
        return directory.resolve(stem + suffix + LOCK);
    }

    /**
     * Takes the lock that a process must hold while it signs or makes keys. Each signature is compared with the one
     * before, but between the comparison and the signature another process with a copy of the log could sign as well.
     *
     * @return empty if another process holds it
     */
    public Optional<ExclusiveLock> lock() {
        return lock(lockFile());
    }

    /** Takes the lock that keeps two commands from replacing the same key. Empty if another one holds it. */
    Optional<ExclusiveLock> lockRotation() {
        return lock(directory.resolve(stem + suffix + ROTATE_LOCK));
    }

    private Optional<ExclusiveLock> lock(Path file) {
        try {
            PrivateFiles.createDirectories(directory);
            return ExclusiveLock.tryAcquire(file);
        } catch (IOException e) {
            throw new Unavailable(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Changes what a key has signed, while no other process does. For servers that share a log, and maybe this
     * directory: none of them may hold the lock for long, for one that hangs would keep the others from signing. Waits
     * half a second for it, in which another one has forced its files to disk.
     */
    void alone(Runnable change) {
        long deadline = System.nanoTime() + LOCK_WAIT_NANOS;
        Optional<ExclusiveLock> free = lock();
        while (free.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOCK_LOOK_NANOS);
            free = lock();
        }
        ExclusiveLock held = free.orElseThrow(
                () -> new Unavailable("another process signs with these keys: it holds " + lockFile(), null));
        try {
            change.run();
        } finally {
            held.close();
        }
    }

    /** The highest number that has a key or a state; 0 if there is none. */
    public int highest() {
        Pattern name = Pattern.compile(
                Pattern.quote(stem) + "-([1-9][0-9]{0,8})" + Pattern.quote(suffix) + "(" + Pattern.quote(STATE) + ")?");
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> name.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(match -> Integer.parseInt(match.group(1)))
                    .max()
                    .orElse(0);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    /** The key of a number; empty if there is none. */
    public Optional<SigningKey> key(int number) {
        return read(keyFile(number)).map(text -> {
            try {
                return SigningKey.parse(new String(text, UTF_8));
            } catch (MalformedNoteException e) {
                throw new Unavailable(keyFile(number) + " is not a signing key: " + e.getMessage(), e);
            }
        });
    }

    /** The keys of a number; empty if there is no primary one. */
    Optional<LogKeys> keys(int number) {
        FormerKeys former = former(number);
        return key(number).map(key -> new LogKeys(key, former.retired(), former.verifierKeys()));
    }

    /** What lies beside the key of a number because it was replaced. */
    FormerKeys former(int number) {
        return new FormerKeys(keyFile(number));
    }

    /**
     * Replaces a key, as was decided; what an earlier call has done is not done again. The new key signs what the old
     * one has signed last, so that the note is its memory, too. The key itself is replaced last: until then, everything
     * is as before. Only with the lock.
     */
    void replaceKey(Rotation rotation) {
        int number = rotation.number();
        Optional<SigningKey> primary =
                key(number).filter(key -> key.verifierKey().equals(rotation.before()));
        if (primary.isEmpty()) {
            return;
        }
        former(number).keep(primary.get(), rotation.until());
        try {
            state(number)
                    .filter(note -> note.verifiedBy(rotation.before()))
                    .ifPresent(note ->
                            remember(number, note.with(List.of(rotation.next().sign(note.text())))));
        } catch (MalformedNoteException e) {
            LOG.warn("signed note not continued reason=\"{}\"", e.getMessage());
        }
        replace(keyFile(number), rotation.next().toFileText());
    }

    /** What another server needs to sign as this one does, in the order in which it is to be copied. */
    List<Path> copies(int number) {
        List<Path> copies = new ArrayList<>(former(number).copies());
        copies.add(keyFile(number));
        return copies;
    }

    /** Writes down that a number is about to be begun, or what is left to do for it. On disk when this returns. */
    void begin(Beginning beginning) {
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw new Unavailable(directory + " cannot be created: " + e.getMessage(), e);
        }
        replace(beside(beginning.number(), BEGINNING), beginning.toFileText());
    }

    /** What is left to do for a number; empty if nothing is. */
    Optional<Beginning> beginning(int number) {
        Path file = beside(number, BEGINNING);
        return read(file).map(text -> {
            try {
                return Beginning.parse(new String(text, UTF_8));
            } catch (MalformedNoteException e) {
                throw new Unavailable(file + " is damaged: " + e.getMessage() + "; move it away", e);
            }
        });
    }

    /** Everything about a beginning is done, or it means nothing. */
    void forgetBeginning(int number) {
        delete(beside(number, BEGINNING));
    }

    /** Forgets a beginning that was written down, and that the log never recorded. */
    void forgetUnbegun(int recorded) {
        forgetBeginning(Math.max(recorded, highest()) + 1);
    }

    /**
     * Writes the key of a number that was begun, unless it is there, and before it a note of the empty tree: a key
     * without a note has lost it. On disk when this returns; after a crash there may be a note without a key.
     */
    void install(Beginning beginning) {
        int number = beginning.number();
        if (Files.exists(keyFile(number))) {
            return;
        }
        SigningKey key = beginning.key();
        String empty = new Checkpoint(key.verifierKey().name(), 0, TreeHash.EMPTY).text();
        remember(number, new SignedNote(empty, List.of(key.sign(empty))));
        replace(keyFile(number), key.toFileText());
    }

    /** The note that a key has signed last; empty if there is none. Throws {@link MalformedNoteException}. */
    public Optional<SignedNote> state(int number) {
        return read(stateFile(number)).map(SignedNote::parse);
    }

    /**
     * Remembers that the log was found shorter than what the key has signed: when it has grown again, its events are
     * others, and only this file tells why. Does not fail.
     *
     * @param events the number that was found
     */
    void rememberRolledBack(int number, long events) {
        try {
            if (!wasRolledBack(number)) {
                replace(beside(number, ROLLED_BACK), events + "\n");
            }
        } catch (Unavailable e) {
            LOG.warn("state not remembered reason=\"{}\" effect=\"a later start may name another\"", e.getMessage());
        }
    }

    /** Whether {@link #rememberRolledBack} was called for a number. */
    boolean wasRolledBack(int number) {
        return Files.exists(beside(number, ROLLED_BACK));
    }

    /** Forgets that the log was shorter, because it has all its events again. */
    void forgetRolledBack(int number) {
        delete(beside(number, ROLLED_BACK));
    }

    /**
     * Remembers that the log goes on in another database, where its keys sign it. On disk when this returns.
     *
     * @param isShared whether that is a database that several servers share
     */
    void rememberMoved(boolean isShared) {
        replace(movedFile(), databaseKind(isShared) + "\n");
    }

    /** Whether the log went on in a database of the other kind. */
    boolean wasMoved(boolean isShared) {
        return read(movedFile())
                .map(kind -> !new String(kind, UTF_8).strip().equals(databaseKind(isShared)))
                .orElse(false);
    }

    /** Forgets that the log went away from here, because it has come back. */
    void forgetMoved() {
        delete(movedFile());
    }

    private Path movedFile() {
        return directory.resolve(stem + suffix + MOVED);
    }

    private static String databaseKind(boolean isShared) {
        return isShared ? "postgresql" : "sqlite";
    }

    /**
     * Takes over the keys of others, with all that belongs to them. A file that is here already is newer, because an
     * earlier call was interrupted. The others are gone when this returns.
     */
    void adopt(SignerFiles others) {
        try {
            PrivateFiles.createDirectories(directory);
            int highest = others.highest();
            for (int number = 1; number <= highest; number++) {
                for (String part : others.parts(number)) {
                    Path from = others.beside(number, part);
                    Path to = beside(number, part);
                    if (Files.exists(from) && !Files.exists(to)) {
                        PrivateFiles.replace(to, Files.readAllBytes(from));
                    }
                }
            }
            for (int number = 1; number <= highest; number++) {
                for (String part : others.parts(number)) {
                    delete(others.beside(number, part));
                }
            }
        } catch (IOException e) {
            throw new Unavailable("the keys cannot be moved to " + directory + ": " + e.getMessage(), e);
        }
    }

    /** What belongs to a number, by what its names add to that of the key, which comes last. */
    private List<String> parts(int number) {
        List<String> parts = new ArrayList<>(List.of(STATE, ROLLED_BACK, BEGINNING));
        parts.addAll(former(number).parts());
        parts.add("");
        return parts;
    }

    /** Replaces the note that a key has signed last. On disk when this returns. */
    public void remember(int number, SignedNote note) {
        replace(stateFile(number), note.toString());
    }

    static void replace(Path file, String text) {
        try {
            PrivateFiles.replace(file, text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new Unavailable(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                PrivateFiles.forceDirectory(file.getParent());
            }
        } catch (IOException e) {
            throw new Unavailable(file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /**
     * The public keys of all numbers, newest first.
     *
     * @param announced those that other servers may have made, by number, newest first
     */
    List<String> verifierKeys(Map<Integer, List<String>> announced) {
        SortedMap<Integer, List<String>> keys = new TreeMap<>(Comparator.reverseOrder());
        keys.putAll(announced);
        for (int number = highest(); number > 0; number--) {
            List<String> others = announced.getOrDefault(number, List.of());
            keys.put(number, LogKeys.known(keys(number), others));
        }
        return keys.values().stream().flatMap(List::stream).toList();
    }

    /** The bytes of a file, of a larger one than any of the signer only more than a note may have. */
    static Optional<byte[]> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(SignedNote.MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static Unavailable unreadable(Path file, IOException cause) {
        return new Unavailable(file + " cannot be read: " + cause.getMessage(), cause);
    }
}
