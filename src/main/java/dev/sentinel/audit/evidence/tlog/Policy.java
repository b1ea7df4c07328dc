package dev.sentinel.audit.evidence.tlog;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which logs and witnesses are trusted, and how many witnesses must have cosigned a checkpoint (c2sp.org/tlog-policy).
 *
 * @param groups in the order of the file: a group has members that are defined before it
 * @param quorum the name of a witness or group, or {@link #NONE}
 */
public record Policy(List<Log> logs, List<Witness> witnesses, List<Group> groups, String quorum) {
    /** The quorum that needs no witness. */
    public static final String NONE = "none";

    /** A log; the name of its key is its origin. */
    public record Log(VerifierKey key, Optional<String> url) {}

    /**
     * A witness.
     *
     * @param name in this policy; the name of the key may be another
     */
    public record Witness(String name, VerifierKey key, Optional<String> url) {}

    /** A group, which counts as a witness if as many of its members as the threshold do. */
    public record Group(String name, int threshold, List<String> members) {
        /** Copies the members. */
        public Group {
            members = List.copyOf(members);
        }
    }

    /** Copies the lists. */
    public Policy {
        logs = List.copyOf(logs);
        witnesses = List.copyOf(witnesses);
        groups = List.copyOf(groups);
    }

    /**
     * Parses the text of a policy file.
     *
     * @throws MalformedNoteException if a line breaks a rule; the message names the line
     */
    public static Policy parse(String text) {
        return new PolicyParser().parse(text);
    }

    /** Returns the same witnesses and quorum for other logs. */
    public Policy withLogs(List<VerifierKey> keys) {
        return new Policy(
                keys.stream().map(key -> new Log(key, Optional.empty())).toList(), witnesses, groups, quorum);
    }

    /** Returns the text of a policy file, which {@link #parse} reads. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Log log : logs) {
            text.append("log ").append(log.key()).append(blankAnd(log.url())).append('\n');
        }
        for (Witness witness : witnesses) {
            text.append("witness ").append(witness.name()).append(' ').append(witness.key());
            text.append(blankAnd(witness.url())).append('\n');
        }
        for (Group group : groups) {
            text.append("group ").append(group.name()).append(' ').append(group.threshold());
            group.members().forEach(member -> text.append(' ').append(member));
            text.append('\n');
        }
        return text.append("quorum ").append(quorum).append('\n').toString();
    }

    private static String blankAnd(Optional<String> url) {
        return url.map(known -> " " + known).orElse("");
    }

    /** Tells whether a checkpoint needs no witness. */
    public boolean needsNoWitness() {
        return quorum.equals(NONE);
    }

    /**
     * Tells whether the note is a checkpoint of a log of this policy, with a quorum of cosignatures. A signature that
     * names a key of the policy and is not genuine spoils the note. It takes about 1 ms for each signature of a known
     * key.
     */
    public boolean satisfiedBy(SignedNote note) {
        return originOf(note).map(origin -> isSignedByLog(note, origin)).orElse(false) && witnessedBy(note);
    }

    /** Tells whether witnesses cosigned the note as the quorum asks; the log's own signature is not looked at. */
    public boolean witnessedBy(SignedNote note) {
        Set<String> witnessed = new HashSet<>(Set.of(NONE));
        for (Witness witness : witnesses) {
            switch (note.verdictOf(witness.key())) {
                case VERIFIED -> witnessed.add(witness.name());
                case FAILED -> {
                    return false;
                }
                case ABSENT -> {}
            }
        }
        for (Group group : groups) {
            if (group.members().stream().filter(witnessed::contains).count() >= group.threshold()) {
                witnessed.add(group.name());
            }
        }
        return witnessed.contains(quorum);
    }

    private boolean isSignedByLog(SignedNote note, String origin) {
        boolean signed = false;
        for (Log log : logs) {
            SignedNote.Verdict verdict = note.verdictOf(log.key());
            if (verdict == SignedNote.Verdict.FAILED) {
                return false;
            }
            // Another log of the policy must not speak for this one.
            signed |= verdict == SignedNote.Verdict.VERIFIED && log.key().name().equals(origin);
        }
        return signed;
    }

    private static Optional<String> originOf(SignedNote note) {
        try {
            return Optional.of(Checkpoint.parse(note.text()).origin());
        } catch (MalformedNoteException e) {
            return Optional.empty();
        }
    }
}
