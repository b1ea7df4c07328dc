package dev.sentinel.audit.evidence.verify;

import java.util.List;

/**
 * What a verification found.
 *
 * @param log the origin of the log; empty if no note names it
 * @param size the number of events that were looked at, from the first one on
 * @param signedSize the largest size of a note; 0 without one
 * @param anchor the label of the note from outside on which the result rests; empty for none
 * @param findings in the order in which they were found
 */
public record Verdict(
        Result result, String log, long size, long signedSize, String anchor, boolean pinned, List<Finding> findings) {
    public Verdict {
        findings = List.copyOf(findings);
    }

    /** The verdict if something that was to be compared could not be read. */
    public static Verdict notChecked(String why, boolean pinned) {
        return new Verdict(Result.NOT_CHECKED, "", 0, 0, "", pinned, List.of(new Finding.Unreadable(why)));
    }
}
