package dev.sentinel.audit.evidence;

import java.util.Locale;

/** Whether the log is signed, and if not, why. Recording goes on in every state. */
public enum EvidenceState {
    /** The configuration says so. */
    OFF("EVIDENCE is off, so nothing is signed", false),

    /** The key and the stored tree are compared with the log. */
    STARTING("the tree is compared with the log", false),

    /** The tree is behind the log, because the log is older than the tree; checkpoints of what is done are signed. */
    CATCHING_UP("the tree catches up with the log", false),

    /** Every event is covered by a signed checkpoint within a second. */
    SIGNING("every event is covered by a signed checkpoint within a second", false),

    /** There is no key, and this server must not make one: only for databases that several servers share. */
    NO_KEY("SIGNING_KEY_FILE is not set, so nothing is signed", false),

    /** The log is shorter than what was signed. */
    ROLLED_BACK(
            "the log is shorter than what was signed; restore the newest copy, or go on with bin/sentinel log renumber",
            true),

    /** The log has other events than those that were signed. */
    CONTRADICTION(
            "the log has other events than those that were signed; find out who changed it: bin/sentinel verify", true),

    /** What a key has signed is there, but not the key. */
    KEY_LOST(
            "the signing key is missing, but not the file beside it; bring the key back, or go on with"
                    + " bin/sentinel log renumber",
            true),

    /** The key is there, but not what it has signed. */
    MEMORY_LOST(
            "the file beside the signing key is missing or damaged, so nobody knows what the key has signed; bring it"
                    + " back, or go on with bin/sentinel log renumber",
            true);

    private final String meaning;
    private final boolean alarm;

    EvidenceState(String meaning, boolean alarm) {
        this.meaning = meaning;
        this.alarm = alarm;
    }

    /** The name in answers, log lines and metrics, such as {@code rolled-back}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One sentence: what it means and what to do. */
    public String meaning() {
        return meaning;
    }

    /** Whether something happened to the log that a person must look at. */
    public boolean isAlarm() {
        return alarm;
    }

    /** Whether checkpoints can be expected although nobody does anything. */
    boolean isAtWork() {
        return !alarm && this != NO_KEY && this != OFF;
    }
}
