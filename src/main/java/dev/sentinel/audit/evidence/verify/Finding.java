package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;

/** One thing that a verification found. */
public sealed interface Finding {
    /** Returns what the whole is at best, because of this. */
    Result result();

    /** Returns the finding as a sentence for people. It may repeat texts of what was verified. */
    String sentence();

    /** What can be wrong with an event. */
    enum Problem {
        ALTERED("is not the event that was hashed when it was stored"),
        MISSING("is missing"),
        TWICE("occurs twice"),
        BEHIND_END("is behind the end of the tree"),
        MALFORMED("is not an event that this server could have stored");

        private final String words;

        Problem(String words) {
            this.words = words;
        }
    }

    /** An event is wrong. */
    record Event(Problem problem, long seq) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return "seq " + seq + " " + problem.words + ".";
        }
    }

    /** More events are wrong than are named. */
    record MoreEvents(long count) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return count + " more events are not those that were hashed.";
        }
    }

    /** A line of an export is wrong. */
    record Line(long number, String problem) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return "Line " + number + ": " + problem + ".";
        }
    }

    /** The events do not make the tree of a checkpoint. */
    record RootDiffers(Anchor anchor, TreeHash root) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return "The first " + anchor.size() + " events have the root " + root + ", and not "
                    + anchor.checkpoint().root() + " as in " + anchor.source()
                    + ": at least one was altered, moved, inserted or removed.";
        }
    }

    /** The tree of a proof or export is not the one of its checkpoint. */
    record ProofFails(String what) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return what + ".";
        }
    }

    /** A number or hash of the last line is not that of the lines. */
    record EndDiffers(String what, String said, String found) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return "The last line says " + what + " " + said + ", and the lines have " + found + ".";
        }
    }

    /** A stored tile is not the one of the events. */
    record TileDiffers(TileId id) implements Finding {
        @Override
        public Result result() {
            return Result.ALTERED;
        }

        @Override
        public String sentence() {
            return "Tile " + id.index() + " of level " + id.level() + " is not the one of the leaves.";
        }
    }

    /** The signature of a note is not that of a given key. */
    record NotSigned(Anchor anchor) implements Finding {
        @Override
        public Result result() {
            return Result.FORGED;
        }

        @Override
        public String sentence() {
            return anchor.signed() == Trust.Signed.FALSE
                    ? "The signature of " + anchor.source() + " is false."
                    : "No given key signed " + anchor.source()
                            + ". If the key of the log was changed, give the new one too.";
        }
    }

    /** Two notes that cannot be of one log. */
    record Fork(Anchor one, Anchor other) implements Finding {
        @Override
        public Result result() {
            return Result.FORK;
        }

        @Override
        public String sentence() {
            return "Fork: " + one + " and " + other
                    + " are not of one log. "
                    + (one.isPinned() && other.isPinned()
                            ? "Keep both notes; together they are the proof."
                            : "With --key it would be known whether the log signed both.");
        }
    }

    /** There are fewer events than a checkpoint covers. */
    record Shorter(Anchor anchor, long size) implements Finding {
        @Override
        public Result result() {
            return Result.TRUNCATED;
        }

        @Override
        public String sentence() {
            return "There are " + size + " events, and " + anchor.size() + " were signed in " + anchor.source() + ": "
                    + (anchor.size() - size) + " are missing at the end, or this copy is older than the checkpoint.";
        }
    }

    /** There are fewer events than leaves in the tree file. */
    record ShorterThanTree(long leaves, long size) implements Finding {
        @Override
        public Result result() {
            return Result.TRUNCATED;
        }

        @Override
        public String sentence() {
            return "There are " + size + " events, and the tree file has " + leaves + ": the last " + (leaves - size)
                    + " were removed, or the log was replaced by an older copy.";
        }
    }

    /** An export does not have its last line. */
    record NoEnd(long events) implements Finding {
        @Override
        public Result result() {
            return Result.TRUNCATED;
        }

        @Override
        public String sentence() {
            return "The export ends after " + events + " events, without its last line.";
        }
    }

    /** Something could not be read. */
    record Unreadable(String why) implements Finding {
        @Override
        public Result result() {
            return Result.NOT_CHECKED;
        }

        @Override
        public String sentence() {
            return "Not checked: " + why + ".";
        }
    }

    /** The events make the tree of this checkpoint. */
    record Agrees(Anchor anchor) implements Finding {
        @Override
        public Result result() {
            return Result.VERIFIED;
        }

        @Override
        public String sentence() {
            return "The first " + anchor.size() + " events are those of " + anchor.source() + ".";
        }
    }

    /** What the verification proves, or does not, in words. */
    record Remark(String sentence) implements Finding {
        @Override
        public Result result() {
            return Result.VERIFIED;
        }
    }
}
