package dev.sentinel.audit.evidence;

import java.util.Locale;

/** Whether the log is signed, and if not, why. Recording goes on in every state. */
public enum EvidenceState {
    /** The configuration says so. */
    OFF("EVIDENCE is off, so nothing is signed", Kind.IDLE),

    /** The key and the stored tree are compared with the log. */
    STARTING("the tree is compared with the log", Kind.AT_WORK),

    /** The tree is behind the log, because the log is older than the tree; checkpoints of what is done are signed. */
    CATCHING_UP("the tree catches up with the log", Kind.AT_WORK),

    /** Every event is covered by a signed checkpoint within a second. */
    SIGNING("every event is covered by a signed checkpoint within a second", Kind.AT_WORK),

    /** Another server signs. Only for databases that several servers share. */
    FOLLOWING("another server signs the log, and this one serves what it signs", Kind.AT_WORK),

    /** No server signs, and this one has no key and must not make one: only for databases that servers share. */
    NO_KEY(
            "no server signs the log, and this one does not have its key; set SIGNING_KEY_FILE, to the same key on"
                    + " every server",
            Kind.IDLE),

    /** A file cannot be read or written, such as on a full disk. Ends by itself. */
    FAILING("no checkpoint can be signed, and the server tries again every second", Kind.HINDERED),

    /** Signing goes on, for a witness alone must not be able to stop it. */
    FORK(
            "a witness has seen another tree of this log than this server has, as after a copy of the whole machine was"
                    + " put back; compare its checkpoint with bin/sentinel verify",
            Kind.HINDERED),

    /** Somebody else holds the lock of the key. Ends by itself. */
    KEY_IN_USE(
            "another process signs with this key; stop it, or give each log a SIGNING_KEY_FILE of its own",
            Kind.HINDERED),

    /** The log is shorter than what was signed, or was at an earlier start. */
    ROLLED_BACK(
            "the log is shorter than what was signed; restore the newest copy, or go on with bin/sentinel log renumber",
            Kind.STOPPED),

    /** The log has other events than those that were signed. */
    CONTRADICTION(
            "the log has other events than those that were signed; find out who changed it: bin/sentinel verify",
            Kind.STOPPED),

    /** The log is in another database now, with its number, and there the key signs it. */
    MOVED("the log was moved to another database, and its key signs there; use that database", Kind.STOPPED),

    /** What a key has signed is there, but not the key. */
    KEY_LOST(
            "the signing key is missing, but not the file beside it; bring the key back, or go on with"
                    + " bin/sentinel log renumber",
            Kind.STOPPED),

    /** The key is there, but not what it has signed. */
    MEMORY_LOST(
            "the file beside the signing key is missing or damaged, so nobody knows what the key has signed; bring it"
                    + " back, or go on with bin/sentinel log renumber",
            Kind.STOPPED);

    /** What a state asks of people. */
    private enum Kind {
        /** Nothing will be signed, as configured. */
        IDLE,
        /** All is well. */
        AT_WORK,
        /** Nothing is signed until an obstacle is gone, and then signing goes on by itself. */
        HINDERED,
        /** Nothing is signed until a person has decided. */
        STOPPED
    }

    private final String meaning;
    private final Kind kind;

    EvidenceState(String meaning, Kind kind) {
        this.meaning = meaning;
        this.kind = kind;
    }

    /** The name in answers, log lines and metrics, such as {@code rolled-back}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One sentence: what it means and what to do. */
    public String meaning() {
        return meaning;
    }

    /** Whether a person should know that nothing is signed, or why signing is in danger. */
    boolean isNoteworthy() {
        return isAlarm() || this == NO_KEY;
    }

    /** Whether something happened to the log or its signer that a person must look at. */
    public boolean isAlarm() {
        return kind == Kind.HINDERED || kind == Kind.STOPPED;
    }

    /** Whether checkpoints can be expected although nobody decides anything. */
    boolean isAtWork() {
        return kind == Kind.AT_WORK || kind == Kind.HINDERED;
    }
}
