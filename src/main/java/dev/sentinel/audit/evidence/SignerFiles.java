package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys, and what each has signed last. Each number of a log has a key of its own, in the form that the
 * tools of C2SP read, and beside it the newest note that the key has signed: the signer's memory belongs to its key, so
 * neither is ever part of a backup of the log. Blocking; methods throw {@link Unavailable}.
 */
public final class SignerFiles {
    private static final String STATE = ".state";
    private static final int MAX_BYTES = 64 << 10;

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
        return (configured == null ? "sentinel-log/" + logId : configured) + "/" + number;
    }

    /** The file with the key of a number. */
    public Path keyFile(int number) {
        return directory.resolve(stem + "-" + number + suffix);
    }

    private Path stateFile(int number) {
        return keyFile(number).resolveSibling(keyFile(number).getFileName() + STATE);
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
                return SigningKey.parse(text);
            } catch (MalformedNoteException e) {
                throw new Unavailable(keyFile(number) + " is not a signing key: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Makes the key of a number, and beside it a note of the empty tree: a key without a note has lost it. On disk when
     * this returns; after a crash there may be a note without a key, which is no key.
     */
    public SigningKey make(int number, String origin) {
        SigningKey key = SigningKey.generate(origin, new SecureRandom());
        String empty = new Checkpoint(origin, 0, TreeHash.EMPTY).text();
        try {
            PrivateFiles.createDirectories(directory);
            PrivateFiles.replace(
                    stateFile(number),
                    new SignedNote(empty, List.of(key.sign(empty))).toString().getBytes(UTF_8));
            PrivateFiles.replace(keyFile(number), key.toFileText().getBytes(UTF_8));
            return key;
        } catch (IOException e) {
            throw new Unavailable(keyFile(number) + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The note that a key has signed last; empty if there is none. Throws {@link MalformedNoteException}. */
    public Optional<SignedNote> state(int number) {
        return read(stateFile(number)).map(SignedNote::parse);
    }

    /** Replaces the note that a key has signed last. On disk when this returns. */
    public void remember(int number, SignedNote note) {
        try {
            PrivateFiles.replace(stateFile(number), note.toString().getBytes(UTF_8));
        } catch (IOException e) {
            throw new Unavailable(stateFile(number) + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The public keys of all numbers, newest first. */
    public List<String> verifierKeys() {
        List<String> keys = new ArrayList<>();
        for (int number = highest(); number > 0; number--) {
            key(number).ifPresent(key -> keys.add(key.verifierKey().toString()));
        }
        return keys;
    }

    private static Optional<String> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Unavailable(file + " is larger than any file of the signer", null);
            }
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Unavailable unreadable(Path file, IOException cause) {
        return new Unavailable(file + " cannot be read: " + cause.getMessage(), cause);
    }
}
