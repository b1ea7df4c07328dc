package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.store.SignedLog;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is found before anything is signed, and what follows from it. What a key has signed is known from two places:
 * its <em>state</em>, a file beside the key, and the <em>stored checkpoint</em>, which lies beside the tree and which
 * all servers that share a log read and write. The state is not rolled back with the database; the stored checkpoint is
 * what another server has signed since. Neither may be contradicted, so the tree must agree with both.
 *
 * <table border="1">
 * <caption>For a number that was begun. s and d: sizes in the state and in the stored checkpoint, which the key, or one
 * that it has replaced, must have signed; otherwise there is none. L: events in the log</caption>
 * <tr><th>key</th><th>state</th><th>stored</th><th>then</th></tr>
 * <tr><td>no</td><td>none, or s = 0</td><td>any</td><td>one server: the next number is begun. Several: {@code no-key},
 *     because another server has the key; it is followed.</td></tr>
 * <tr><td>no</td><td>s &gt; 0</td><td>any</td><td>{@code key-lost}</td></tr>
 * <tr><td>yes, but another server has announced a newer one</td><td>any</td><td>any</td><td>{@code no-key}: the key was
 *     replaced, and the server that has the new one is followed.</td></tr>
 * <tr><td>yes</td><td>none, damaged, or of another key</td><td>any</td><td>{@code memory-lost}. The stored checkpoint
 *     alone does not suffice: it may have come with a database that was restored. While another server signs, which
 *     has a memory, what it signs becomes the state of this one; see {@link Following}.</td></tr>
 * <tr><td>yes</td><td>s</td><td>none</td><td>The first checkpoint was never stored, or the database is older. Signs if
 *     the tree agrees with s; {@code rolled-back} if s &gt; L.</td></tr>
 * <tr><td>yes</td><td>s &lt; d</td><td>d</td><td>Another server has signed since. Signs after d if the tree agrees with
 *     both.</td></tr>
 * <tr><td>yes</td><td>s = d</td><td>d</td><td>Signs if the tree agrees with both.</td></tr>
 * <tr><td>yes</td><td>s &gt; d</td><td>d</td><td>This process, or one before it, ended between the two writes; or the
 *     database was rolled back. The state is stored. Signs after s if the tree agrees with both; {@code rolled-back}
 *     if s &gt; L.</td></tr>
 * </table>
 *
 * <p>If the tree does not agree with one of them, that is {@code contradiction}. Between two servers, all that is left
 * is a checkpoint that only a server knew which is gone, together with a database that was rolled back to before it:
 * then nobody can know, except witnesses and those who kept the checkpoint. A server that takes over therefore waits
 * until all others had the time to store what they know; see {@link EvidenceVerticle}.
 */
sealed interface LogOpening {

    /**
     * Signing may begin when the tree has agreed with what was signed.
     *
     * @param verifierKeys all public keys of the number, newest first
     * @param signed the newest note that a key of the number has signed
     * @param expected the checkpoints with which the tree must agree, smaller ones first; none if nothing was signed
     */
    record Ready(int number, LogKeys keys, List<String> verifierKeys, SignedNote signed, List<Checkpoint> expected)
            implements LogOpening {
        public Ready {
            verifierKeys = List.copyOf(verifierKeys);
            expected = List.copyOf(expected);
        }
    }

    /** A number must be begun. */
    record Begin(int number) implements LogOpening {}

    /** Nothing may be signed, as long as this is so. */
    record Stopped(EvidenceState state) implements LogOpening {}

    /**
     * Looks at the signer's files. Blocking.
     *
     * @param stored the stored checkpoint; null for none
     * @param isShared whether several servers share the log
     */
    static LogOpening of(SignerFiles files, SignedLog.Standing log, @Nullable String stored, boolean isShared) {
        int number = Math.max(log.number(), files.highest());
        if (files.wasMoved(isShared) || log.isMoved()) {
            return new Stopped(EvidenceState.MOVED);
        }
        if (number == 0) {
            return new Begin(1);
        }
        Optional<LogKeys> keys = files.keys(number);
        Optional<SignedNote> state;
        try {
            state = files.state(number);
            if (keys.isEmpty()) {
                return withoutKey(number, state, isShared);
            }
        } catch (MalformedNoteException e) {
            return new Stopped(EvidenceState.MEMORY_LOST);
        }
        Optional<List<String>> known = keys.get().continuing(log.verifierKeys().getOrDefault(number, List.of()));
        if (known.isEmpty()) {
            return new Stopped(EvidenceState.NO_KEY);
        }
        Optional<SignedNote> memory = state.filter(note -> LogKeys.isSigned(note, known.get()));
        return memory.isEmpty()
                ? new Stopped(EvidenceState.MEMORY_LOST)
                : withMemory(number, keys.get(), known.get(), memory.get(), LogKeys.signed(stored, known.get()), log);
    }

    private static LogOpening withoutKey(int number, Optional<SignedNote> state, boolean isShared) {
        // A crash may have come between the two files of a new number.
        if (state.isPresent() && size(state.get()) > 0) {
            return new Stopped(EvidenceState.KEY_LOST);
        }
        return isShared ? new Stopped(EvidenceState.NO_KEY) : new Begin(number + 1);
    }

    private static LogOpening withMemory(
            int number,
            LogKeys keys,
            List<String> verifierKeys,
            SignedNote state,
            Optional<SignedNote> stored,
            SignedLog.Standing log) {
        SignedNote newest = stored.filter(note -> size(note) > size(state)).orElse(state);
        if (size(newest) > log.events()) {
            return new Stopped(log.isSettled() ? EvidenceState.ROLLED_BACK : EvidenceState.CATCHING_UP);
        }
        List<Checkpoint> expected = Stream.concat(Stream.of(state), stored.stream())
                .map(note -> Checkpoint.parse(note.text()))
                .filter(checkpoint -> checkpoint.size() > 0)
                .distinct()
                .sorted(Comparator.comparing(Checkpoint::size))
                .toList();
        return new Ready(number, keys, verifierKeys, newest, expected);
    }

    /** The number of events that a note covers. */
    static long size(SignedNote note) {
        return Checkpoint.parse(note.text()).size();
    }
}
