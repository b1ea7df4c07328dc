package dev.sentinel.audit.redact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of shapes. Immutable. Two characters select the few shapes that may begin at a position, because this is
 * asked for nearly every word of every event.
 */
final class Shapes {
    private static final int ASCII = 128;

    /** The built-in table. */
    static final Shapes BUILT_IN =
            new Shapes(RuleFiles.SHAPES.stream().map(Shape::of).toList());

    private final boolean[] begins = new boolean[ASCII];
    /** The same of the first two characters. */
    private final boolean[] beginPairs = new boolean[ASCII * ASCII];

    /** By the first two characters; null if no prefix begins with them. */
    private final Shape @Nullable [][] byBeginning = new Shape[ASCII * ASCII][];

    private final List<Shape> all;

    private Shapes(List<Shape> all) {
        this.all = all;
        List<Shape> shortestFirst = new ArrayList<>(all);
        shortestFirst.sort(Comparator.comparingInt(shape -> shape.prefix().length()));
        for (Shape shape : shortestFirst) {
            begins[shape.prefix().charAt(0)] = true;
            int slot = slot(shape.prefix().charAt(0), shape.prefix().charAt(1));
            beginPairs[slot] = true;
            Shape[] others = byBeginning[slot];
            int count = others == null ? 0 : others.length;
            Shape[] longestFirst = new Shape[count + 1];
            longestFirst[0] = shape;
            if (others != null) {
                System.arraycopy(others, 0, longestFirst, 1, count);
            }
            byBeginning[slot] = longestFirst;
        }
    }

    private static int slot(char first, char second) {
        return first * ASCII + second;
    }

    /** These and some more. */
    Shapes with(List<Shape> more) {
        List<Shape> both = new ArrayList<>(all);
        both.addAll(more);
        return new Shapes(both);
    }

    /** Whether a secret may begin here, at a character of ASCII. */
    boolean mayBegin(char[] text, int at, int to) {
        return begins[text[at]] && at + 1 < to && text[at + 1] < ASCII && beginPairs[slot(text[at], text[at + 1])];
    }

    /** Finds the secret that begins here; returns where it ends, or -1. */
    int find(char[] text, int at, int to, RefusedRuns refused, Spans spans) {
        if (at + 1 >= to || text[at] >= ASCII || text[at + 1] >= ASCII) {
            return -1;
        }
        Shape[] shapes = byBeginning[slot(text[at], text[at + 1])];
        if (shapes == null) {
            return -1;
        }
        for (Shape shape : shapes) {
            int end = shape.end(text, at, to, refused);
            if (end >= 0) {
                int start = shape.keepsPrefix() ? at + shape.prefix().length() : at;
                boolean aws = shape.alphabet() == Shape.Alphabet.UPPER
                        && shape.prefix().length() == 4;
                spans.add(start, end, aws ? SecretKind.AWS_KEY : SecretKind.ISSUED_TOKEN);
                return end;
            }
        }
        return -1;
    }
}
