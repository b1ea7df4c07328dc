package dev.sentinel.audit.evidence.tlog;

import java.util.List;

/**
 * Checks proofs as RFC 9162, sections 2.1.3.2 and 2.1.4.2, specifies it. Any bad input is a proof that fails; nothing
 * throws. The names of variables are those of the RFC.
 *
 * <p>An inclusion proof does not prove the size: it has to come from a checkpoint, together with the root.
 */
public final class ProofCheck {
    private ProofCheck() {}

    /** Tells whether the proof shows that the leaf is at this index of the tree with this size and root. */
    public static boolean inclusion(TreeHash leaf, long index, long size, List<TreeHash> proof, TreeHash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long fn = index;
        long sn = size - 1;
        TreeHash r = leaf;
        for (TreeHash p : proof) {
            if (sn == 0) {
                return false;
            }
            if (isOdd(fn) || fn == sn) {
                r = TreeHash.node(p, r);
                // Up to where it has a sibling to its left. It is not 0, because then sn would be 0 as well.
                int levels = Long.numberOfTrailingZeros(fn);
                fn >>>= levels;
                sn >>>= levels;
            } else {
                r = TreeHash.node(r, p);
            }
            fn >>>= 1;
            sn >>>= 1;
        }
        return sn == 0 && r.equals(root);
    }

    /**
     * Tells whether the proof shows that the tree with the first size and root is the beginning of the second. Only an
     * empty proof does so for trees of one size, and for an empty tree.
     */
    public static boolean consistency(long from, long to, List<TreeHash> proof, TreeHash fromRoot, TreeHash toRoot) {
        if (from < 0 || from > to) {
            return false;
        }
        if (from == to || from == 0) {
            return proof.isEmpty()
                    && (from != to || fromRoot.equals(toRoot))
                    && (from != 0 || fromRoot.equals(TreeHash.EMPTY));
        }
        long fn = from - 1;
        long sn = to - 1;
        int complete = Long.numberOfTrailingZeros(~fn);
        fn >>>= complete;
        sn >>>= complete;
        // A complete tree is a node of the larger one, so the proof does not repeat its hash.
        boolean isComplete = fn == 0;
        if (!isComplete && proof.isEmpty()) {
            return false;
        }
        TreeHash fr = isComplete ? fromRoot : proof.get(0);
        TreeHash sr = fr;
        for (TreeHash c : isComplete ? proof : proof.subList(1, proof.size())) {
            if (sn == 0) {
                return false;
            }
            if (isOdd(fn) || fn == sn) {
                fr = TreeHash.node(c, fr);
                sr = TreeHash.node(c, sr);
                // Up to where it has a sibling to its left. It is not 0, because then sn would be 0 as well.
                int levels = Long.numberOfTrailingZeros(fn);
                fn >>>= levels;
                sn >>>= levels;
            } else {
                sr = TreeHash.node(sr, c);
            }
            fn >>>= 1;
            sn >>>= 1;
        }
        return sn == 0 && fr.equals(fromRoot) && sr.equals(toRoot);
    }

    private static boolean isOdd(long number) {
        return (number & 1) == 1;
    }
}
