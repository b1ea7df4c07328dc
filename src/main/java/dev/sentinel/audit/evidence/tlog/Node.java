package dev.sentinel.audit.evidence.tlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A node of a tree: the root over the leaves from {@code from} to {@code to}, exclusive. The methods with a tree follow
 * RFC 6962, sections 2.1.1 and 2.1.2, from the root down.
 */
record Node(long from, long to) {

    /** The nodes whose hashes prove that a leaf is in a tree, in the order of the proof. */
    static List<Node> ofInclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no leaf " + index + " in a tree of size " + size);
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node = new Node(0, size); node.leaves() > 1; ) {
            boolean inLeft = index < node.split();
            nodes.add(inLeft ? node.right() : node.left());
            node = inLeft ? node.left() : node.right();
        }
        Collections.reverse(nodes);
        return nodes;
    }

    /** The nodes whose hashes prove that a tree is the beginning of another, in the order of the proof. */
    static List<Node> ofConsistency(long from, long to) {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException("no tree of size " + from + " is the beginning of one of size " + to);
        }
        if (from == 0 || from == to) {
            return List.of();
        }
        List<Node> nodes = new ArrayList<>();
        Node node = new Node(0, to);
        while (node.to != from) {
            boolean inLeft = from <= node.split();
            nodes.add(inLeft ? node.right() : node.left());
            node = inLeft ? node.left() : node.right();
        }
        // The verifier of the proof has the root of the smaller tree.
        if (node.from > 0) {
            nodes.add(node);
        }
        Collections.reverse(nodes);
        return nodes;
    }

    /** The complete subtrees that this node is made of, from left to right: of falling size. */
    List<Subtree> subtrees() {
        List<Subtree> subtrees = new ArrayList<>();
        for (long start = from; start < to; ) {
            int height = Long.SIZE - 1 - Long.numberOfLeadingZeros(to - start);
            subtrees.add(new Subtree(height, start >>> height));
            start += 1L << height;
        }
        return subtrees;
    }

    private long leaves() {
        return to - from;
    }

    /** Where the left child ends: after the largest power of two of leaves that leaves some for the right one. */
    private long split() {
        return from + Long.highestOneBit(leaves() - 1);
    }

    private Node left() {
        return new Node(from, split());
    }

    private Node right() {
        return new Node(split(), to);
    }
}
