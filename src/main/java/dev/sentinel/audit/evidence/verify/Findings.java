package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what a verification finds, and judges it in the end. One thread. */
final class Findings {
    private static final int MAX_NAMED_EVENTS = 20;

    private final Trust trust;
    private final List<Anchor> given;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<Anchor> own = Optional.empty();
    private long size;
    private long namedEvents;
    private long moreEvents;

    /** @param given the checkpoints from outside */
    Findings(Trust trust, List<Anchor> given) {
        this.trust = trust;
        this.given =
                given.stream().sorted(Comparator.comparingLong(Anchor::size)).toList();
        this.given.forEach(this::checkSignature);
        compareWithEachOther();
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    void remark(String sentence) {
        findings.add(new Finding.Remark(sentence));
    }

    /** Adds a wrong event. Those after the first {@value #MAX_NAMED_EVENTS} are only counted. */
    void event(Finding.Problem problem, long seq) {
        if (namedEvents++ < MAX_NAMED_EVENTS) {
            findings.add(new Finding.Event(problem, seq));
        } else {
            moreEvents++;
        }
    }

    boolean isClean() {
        return findings.stream().allMatch(finding -> finding.result() == Result.VERIFIED);
    }

    /** Sets the number of events that were looked at. */
    void size(long events) {
        size = events;
    }

    /** Sets the note that came with what is verified. */
    Anchor own(Anchor anchor) {
        own = Optional.of(anchor);
        checkSignature(anchor);
        if (trust.asksForWitnesses()) {
            remark(
                    trust.isWitnessed(anchor.note())
                            ? "Witnesses of --policy have cosigned " + anchor + "."
                            : "The witnesses of --policy have not cosigned " + anchor + " as its quorum asks.");
        }
        for (Anchor other : given) {
            if (other.size() == anchor.size()) {
                compare(other, anchor);
            }
        }
        return anchor;
    }

    List<Long> sizes() {
        return given.stream().map(Anchor::size).toList();
    }

    private void checkSignature(Anchor anchor) {
        if (anchor.signed() == Trust.Signed.FALSE || anchor.signed() == Trust.Signed.NOT_SIGNED) {
            findings.add(new Finding.NotSigned(anchor));
        }
    }

    private void compareWithEachOther() {
        for (int i = 1; i < given.size(); i++) {
            if (given.get(i - 1).size() == given.get(i).size()) {
                compare(given.get(i - 1), given.get(i));
            }
        }
    }

    private void compare(Anchor one, Anchor other) {
        if (!one.checkpoint().root().equals(other.checkpoint().root())) {
            findings.add(new Finding.Fork(one, other));
        }
    }

    /** Compares the given checkpoints with the roots of the events. */
    void compareGiven(Map<Long, TreeHash> roots, long events) {
        given.forEach(anchor -> compare(anchor, roots, events));
        forks();
    }

    /** Compares one checkpoint. A root that was not computed is no contradiction, but it is said. */
    void compare(Anchor anchor, Map<Long, TreeHash> roots, long events) {
        TreeHash root = roots.get(anchor.size());
        if (anchor.size() > events) {
            findings.add(new Finding.Shorter(anchor, events));
        } else if (root == null) {
            remark(anchor + " was not compared: it is before the first row that was read.");
        } else {
            findings.add(
                    root.equals(anchor.checkpoint().root())
                            ? new Finding.Agrees(anchor)
                            : new Finding.RootDiffers(anchor, root));
        }
    }

    /** A checkpoint with which the events agree, and a smaller one of the same log with which they do not. */
    private void forks() {
        List<Anchor> agree = agreeing();
        List<Finding> forks = new ArrayList<>();
        for (Finding finding : findings) {
            if (finding instanceof Finding.RootDiffers differs) {
                agree.stream()
                        .filter(larger -> larger.isPinned()
                                && differs.anchor().isPinned()
                                && larger.size() > differs.anchor().size()
                                && larger.checkpoint()
                                        .origin()
                                        .equals(differs.anchor().checkpoint().origin()))
                        .findFirst()
                        .ifPresent(larger -> forks.add(new Finding.Fork(differs.anchor(), larger)));
            }
        }
        findings.addAll(forks);
    }

    private List<Anchor> agreeing() {
        return findings.stream()
                .filter(Finding.Agrees.class::isInstance)
                .map(finding -> ((Finding.Agrees) finding).anchor())
                .toList();
    }

    /**
     * Judges.
     *
     * @param ownIsAnchor whether the note that came with what is verified counts as one from outside, if a given key
     *     signed it
     * @param coversAll whether a note from outside of any size is enough
     */
    Verdict verdict(boolean ownIsAnchor, boolean coversAll) {
        if (moreEvents > 0) {
            findings.add(new Finding.MoreEvents(moreEvents));
        }
        Result worst = findings.stream()
                .map(Finding::result)
                .max(Comparator.naturalOrder())
                .orElse(Result.VERIFIED);
        Optional<Anchor> anchor;
        // Whoever asks for witnesses is not content with the word of the log.
        boolean countsOwn = ownIsAnchor && !trust.asksForWitnesses();
        if (worst == Result.VERIFIED) {
            List<Anchor> agree = agreeing().stream()
                    .filter(each -> each.size() > 0 && (each.given() || (countsOwn && each.isPinned())))
                    .toList();
            anchor = largest(agree.stream().filter(Anchor::isPinned).toList()).or(() -> largest(agree));
            worst = trust(anchor, coversAll);
        } else {
            anchor = findings.stream()
                    .flatMap(finding -> anchorOf(finding).stream())
                    .filter(each -> each.given() || (countsOwn && each.isPinned()))
                    .findFirst();
        }
        return new Verdict(
                worst,
                origin(anchor),
                size,
                largest(all()).map(Anchor::size).orElse(0L),
                anchor.map(Anchor::label).orElse(""),
                !trust.keys().isEmpty(),
                findings);
    }

    private Result trust(Optional<Anchor> anchor, boolean coversAll) {
        if (anchor.isEmpty()) {
            remark("Nothing from outside was given to compare with: someone who can write all of "
                    + "this could have changed all of it. Keep checkpoints and the key elsewhere, and "
                    + "give them with --checkpoint and --key.");
            return Result.CONSISTENT;
        }
        if (!anchor.get().isPinned()) {
            remark("No --key was given, so it is not known who signed the checkpoint.");
            return Result.UNPINNED;
        }
        long covered = anchor.get().size();
        if (covered < size && !coversAll) {
            remark("The last " + (size - covered) + " events, from seq " + covered
                    + " on, are newer than the checkpoint. Nothing from outside vouches for them yet.");
            return Result.PARTLY_ANCHORED;
        }
        return Result.VERIFIED;
    }

    private static Optional<Anchor> anchorOf(Finding finding) {
        if (finding instanceof Finding.Shorter shorter) {
            return Optional.of(shorter.anchor());
        }
        if (finding instanceof Finding.RootDiffers differs) {
            return Optional.of(differs.anchor());
        }
        return finding instanceof Finding.Fork fork ? Optional.of(fork.one()) : Optional.empty();
    }

    private String origin(Optional<Anchor> anchor) {
        return anchor.or(() -> own)
                .or(() -> largest(given))
                .map(each -> each.checkpoint().origin())
                .orElse("");
    }

    private List<Anchor> all() {
        List<Anchor> all = new ArrayList<>(given);
        own.ifPresent(all::add);
        return all;
    }

    private static Optional<Anchor> largest(List<Anchor> anchors) {
        return anchors.stream().max(Comparator.comparingLong(Anchor::size));
    }
}
