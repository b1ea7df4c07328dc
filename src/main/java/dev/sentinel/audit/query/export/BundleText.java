package dev.sentinel.audit.query.export;

import dev.sentinel.audit.evidence.Covering;

/** The names of the files of a bundle, and what they are, for people. */
final class BundleText {
    private BundleText() {}

    static String proofFile(long seq) {
        return "proofs/" + seq + ".tlog-proof";
    }

    static String readme(String traceId, Covering covering) {
        return """
                Evidence of the run %s

                events.ndjson    the events of the run, one a line, each with its seal; the last line counts them
                run.html         the same, for reading; it has no scripts and loads nothing
                proofs/          for each event, by its position (seq), the proof that it is in the log
                checkpoint.txt   the signed checkpoint that all proofs lead to: the first %d events of
                                 %s
                log.vkey         the public keys of the log, newest first

                VERIFY

                KEY is the public key of the log, or a file with it, that you got from the operator in another way.
                With the one in log.vkey, you learn only that the bundle agrees with itself.

                With Sentinel, all at once, without a server:

                  bin/sentinel verify --bundle evidence.zip --key KEY

                With Python 3.9 or newer, one event after the other. Event N is the line with "seq":N:

                  grep '"seq":N,' events.ndjson > event.json
                  python3 sentinel_verify.py --proof proofs/N.tlog-proof --event event.json --key KEY

                WHAT IT PROVES

                Each event was in the log when the checkpoint was signed, and is unaltered. It does not prove that
                the run has no other events, nor that the agent told the truth. An export of the whole log, or a
                checkpoint that you kept yourself, shows more: see the guide on proofs at /docs/evidence.
                """.formatted(traceId.replaceAll("\\p{C}", "?"), covering.size(), covering.origin());
    }
}
