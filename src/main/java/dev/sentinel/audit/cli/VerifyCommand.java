package dev.sentinel.audit.cli;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.evidence.verify.Anchor;
import dev.sentinel.audit.evidence.verify.Finding;
import dev.sentinel.audit.evidence.verify.NoteFile;
import dev.sentinel.audit.evidence.verify.Trust;
import dev.sentinel.audit.evidence.verify.Verdict;
import dev.sentinel.audit.evidence.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/sentinel verify}. It needs no server, no configuration and no data directory, so an auditor can run it
 * anywhere. What it found goes to standard output; the last line is for scripts and has always the same fields:
 * {@code verify: result=TRUNCATED log=… size=90 signed_size=100 anchor=checkpoint:2026-11-27T… key=pinned}. The words
 * of {@code result} are those of {@link dev.sentinel.audit.evidence.verify.Result}. The time of a checkpoint is when
 * its file was last written, by the clock of this machine: a checkpoint itself has no time.
 */
@Command(
        name = "verify",
        description = {
            "Verifies that no event of a log was altered, moved, inserted or removed: in a database, an export, the"
                    + " tiles of a server, or a proof of one event.",
            "What it proves depends on what you kept elsewhere: a checkpoint (--checkpoint) and the public key of the"
                    + " log (--key). Someone who controls the log could make what is found beside it.",
            "The last line is for scripts: verify: result=… log=… size=… signed_size=… anchor=… key=…"
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:VERIFIED. Everything agrees with a checkpoint or note from outside, signed by a given key, or cosigned"
                    + " by the witnesses of --policy",
            "1:NOT_CHECKED. Something could not be read; this says nothing about the log",
            "2:the command line is invalid",
            "3:CONSISTENT: agrees only in itself; UNPINNED: agrees with a checkpoint, but no key was given;"
                    + " PARTLY_ANCHORED: events that are newer than the checkpoint are vouched for by nothing else",
            "4:ALTERED: events or proofs were changed; FORGED: a note is not signed by a given key; FORK: two notes"
                    + " that cannot be of one log",
            "5:TRUNCATED. Shorter than what was signed, or an export without its end"
        },
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--db",
            paramLabel = "FILE",
            description = "A log: sentinel_audit.db of a server, which may be running, or a copy. Only read.")
    private @Nullable Path db;

    @Option(names = "--export", paramLabel = "FILE", description = "An export as NDJSON, compressed with gzip or not.")
    private @Nullable Path export;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "The evidence of one run: a ZIP file from the page of the run.")
    private @Nullable Path bundle;

    @Option(names = "--proof", paramLabel = "FILE", description = "A proof of one event: a .tlog-proof file.")
    private @Nullable Path proof;

    @Option(
            names = "--event",
            paramLabel = "FILE",
            description = "The JSON of the event for --proof, with its seal; alone: one line of an export with proofs.")
    private @Nullable Path event;

    @Option(names = "--url", paramLabel = "URL", description = "A running server: its checkpoint and hash tiles.")
    private @Nullable URI url;

    @Option(
            names = "--token",
            description = "Token for --url; default: the environment variable SENTINEL_TOKEN.",
            defaultValue = "${env:SENTINEL_TOKEN}")
    private @Nullable String token;

    @Option(
            names = "--tiles",
            paramLabel = "DIR",
            description = "A directory with the files checkpoint and tile/… (c2sp.org/tlog-tiles).")
    private @Nullable Path tiles;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Checkpoints that were kept outside of the server: a note, the line sentinel-checkpoint:…, or"
                    + " a file with many of them.")
    private List<Path> checkpoints = List.of();

    @Option(
            names = "--key",
            paramLabel = "VKEY|FILE",
            description = "The public key of the log, from outside of the server, or a file with one on each line.")
    private List<String> keys = List.of();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Keys of logs, and witnesses with a quorum (c2sp.org/tlog-policy), from outside of the server."
                            + " A checkpoint that the quorum has cosigned counts as one that you kept yourself.")
    private @Nullable Path policy;

    @Option(
            names = "--from",
            paramLabel = "SEQ",
            description = "With --db: reads only events from this one on. The tree file beside the log has the hashes"
                    + " of those before.",
            defaultValue = "0")
    private long from;

    @Override
    public Integer call() {
        long modes = Stream.of(db, export, bundle, proof == null ? event : proof, url, tiles)
                .filter(mode -> mode != null)
                .count();
        if (modes > 1 || (modes == 0 && checkpoints.size() < 2)) {
            throw wrong("Give one of --db, --export, --bundle, --proof, --event, --url and --tiles, or two files of"
                    + " checkpoints.");
        }
        if ((from != 0 && db == null) || from < 0) {
            throw wrong("--from SEQ, from 0 on, belongs to --db.");
        }
        Trust trust = trust();
        Verdict verdict;
        try {
            List<Anchor> anchors = new ArrayList<>();
            for (Path file : checkpoints) {
                anchors.addAll(NoteFile.read(file, trust));
            }
            verdict = verify(new Verification(
                    trust, anchors, new VerifyProgress(spec.commandLine().getErr(), System::nanoTime)));
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            verdict = Verdict.notChecked(reason, !trust.keys().isEmpty());
        }
        print(verdict);
        return verdict.result().exitCode();
    }

    private Trust trust() {
        List<VerifierKey> trusted = new ArrayList<>(VerifierKeys.parse(spec, "--key", keys));
        if (policy == null) {
            return new Trust(trusted, Optional.empty());
        }
        try {
            Policy parsed = Policy.parse(Files.readString(policy));
            parsed.logs().forEach(log -> trusted.add(log.key()));
            return new Trust(trusted, Optional.of(parsed));
        } catch (IOException e) {
            throw wrong("--policy " + policy + " cannot be read.");
        } catch (MalformedNoteException e) {
            throw wrong("--policy must be a file in the form of c2sp.org/tlog-policy: " + e.getMessage() + ".");
        }
    }

    private Verdict verify(Verification verification) {
        if (db != null) {
            return verification.log(db, from);
        }
        if (export != null) {
            return verification.export(export);
        }
        if (bundle != null) {
            return verification.bundle(bundle);
        }
        if (proof != null || event != null) {
            return verification.proof(Optional.ofNullable(proof), Optional.ofNullable(event));
        }
        if (url != null) {
            if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
                throw wrong("--url must be the URL of a server, such as https://sentinel.example.com.");
            }
            Optional<String> secret =
                    Optional.ofNullable(token).map(String::strip).filter(text -> !text.isEmpty());
            if (secret.isPresent() && !secret.get().matches("[!-~]+")) {
                throw wrong("--token has a character that no token has.");
            }
            return verification.url(url.toString(), secret);
        }
        return tiles != null ? verification.tiles(tiles) : verification.checkpoints();
    }

    private void print(Verdict verdict) {
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : verdict.findings()) {
            out.println(printable(finding.sentence()));
            if (finding instanceof Finding.Fork fork) {
                print(out, fork.one());
                print(out, fork.other());
            }
        }
        out.println("verify: result=" + verdict.result()
                + " log=" + word(verdict.log(), "unknown")
                + " size=" + verdict.size()
                + " signed_size=" + verdict.signedSize()
                + " anchor=" + word(verdict.anchor(), "none")
                + " key=" + (verdict.pinned() ? "pinned" : "none"));
        out.flush();
    }

    private static void print(PrintWriter out, Anchor anchor) {
        out.println("--- " + printable(anchor.source()));
        anchor.note().toString().lines().forEach(line -> out.println(printable(line)));
        out.println("--- the same note, exact, as one line:");
        out.println(anchor.note().toLine(NoteFile.LINE_PREFIX));
    }

    /** A text of the log must not control the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028-\\u202e\\u2066-\\u2069]", "?");
    }

    private static String word(String text, String ifEmpty) {
        return text.isEmpty() ? ifEmpty : printable(text).replaceAll("[\\s\\p{Z}]", "_");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
