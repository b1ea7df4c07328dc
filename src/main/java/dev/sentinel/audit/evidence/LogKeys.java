package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one number of a log, as the files of a server have them. All have the same name, so a verifier that knows
 * any of them recognizes the log.
 *
 * @param primary signs every checkpoint
 * @param retired sign, too, each until its end, for verifiers that do not know the primary key yet
 * @param former the public keys from before the primary one, newest first
 */
record LogKeys(SigningKey primary, List<Retired> retired, List<VerifierKey> former) {

    /** A former key that still signs. */
    record Retired(SigningKey key, Instant until) {}

    /** A crash may have come before the primary key was replaced: then it is not a former one yet. */
    LogKeys {
        VerifierKey own = primary.verifierKey();
        retired = retired.stream()
                .filter(old -> isBefore(own, old.key().verifierKey()))
                .toList();
        former = former.stream().filter(old -> isBefore(own, old)).toList();
    }

    private static boolean isBefore(VerifierKey own, VerifierKey old) {
        return !old.equals(own) && old.name().equals(own.name());
    }

    /** The public keys, newest first. */
    private List<String> verifierKeys() {
        return Stream.concat(Stream.of(primary.verifierKey()), former.stream())
                .map(VerifierKey::toString)
                .toList();
    }

    /**
     * All public keys of the number, newest first, if this server may sign: nobody has announced a key yet, or the
     * newest one is the primary one here, or was replaced here. Empty if the number has a key that is not here, because
     * another server has replaced it.
     *
     * @param announced by the servers, newest first
     */
    Optional<List<String>> continuing(List<String> announced) {
        List<String> own = verifierKeys();
        int more = own.size() - announced.size();
        if (more >= 0 && own.subList(more, own.size()).equals(announced)) {
            return Optional.of(own);
        }
        return announced.get(0).equals(own.get(0)) ? Optional.of(announced) : Optional.empty();
    }

    /** The public keys of a number, newest first, as far as the announced ones and those of this server tell. */
    static List<String> known(Optional<LogKeys> own, List<String> announced) {
        return own.flatMap(keys -> keys.continuing(announced)).orElse(announced);
    }

    /** The note, if it is a checkpoint of the log that one of these keys has signed, and none falsely. */
    static Optional<SignedNote> signed(@Nullable String text, List<String> known) {
        try {
            return Optional.ofNullable(text).map(SignedNote::parse).filter(note -> isSigned(note, known));
        } catch (MalformedNoteException e) {
            return Optional.empty();
        }
    }

    /** Whether one of these keys has signed the note, as a checkpoint of its log, and none falsely. */
    static boolean isSigned(SignedNote note, List<String> known) {
        boolean signed = false;
        for (String text : known) {
            try {
                VerifierKey key = VerifierKey.parse(text);
                SignedNote.Verdict verdict = note.verdictOf(key);
                if (verdict == SignedNote.Verdict.FAILED) {
                    return false;
                }
                signed |= verdict == SignedNote.Verdict.VERIFIED
                        && Checkpoint.parse(note.text()).origin().equals(key.name());
            } catch (MalformedNoteException e) {
                // What is no key has signed nothing.
            }
        }
        return signed;
    }

    /** Signs the text of a checkpoint with each key that signs at this time, the primary one first. */
    SignedNote sign(String text, Instant now) {
        List<NoteSignature> signatures = new ArrayList<>();
        signatures.add(primary.sign(text));
        retired.stream()
                .filter(old -> old.until().isAfter(now))
                .forEach(old -> signatures.add(old.key().sign(text)));
        return new SignedNote(text, signatures);
    }

    /** When the next retired key ends, or has ended; empty if there is none. */
    Optional<Instant> nextEnd() {
        return retired.stream().map(Retired::until).min(Comparator.naturalOrder());
    }
}
