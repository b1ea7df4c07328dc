package dev.sentinel.audit.evidence.tlog;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The recursive definitions of RFC 6962, section 2.1, word for word, over leaves whose entries are their numbers. It
 * uses nothing of the package but the type of a hash.
 */
final class ReferenceTree {
    private final Map<List<Long>, TreeHash> roots = new HashMap<>();

    static byte[] entry(long index) {
        return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
    }

    static TreeHash leaf(long index) {
        return sha256(new byte[] {0}, entry(index));
    }

    /** The leaf hashes from a number to another, exclusive, side by side. */
    static byte[] leaves(long from, long to) {
        ByteBuffer leaves = ByteBuffer.allocate(Math.toIntExact(to - from) * 32);
        for (long i = from; i < to; i++) {
            leaves.put(leaf(i).bytes());
        }
        return leaves.array();
    }

    /** MTH(D[from:to]). */
    TreeHash root(long from, long to) {
        TreeHash known = roots.get(List.of(from, to));
        if (known != null) {
            return known;
        }
        long n = to - from;
        TreeHash root;
        if (n == 0) {
            root = sha256();
        } else if (n == 1) {
            root = leaf(from);
        } else {
            long k = split(n);
            root = sha256(
                    new byte[] {1},
                    root(from, from + k).bytes(),
                    root(from + k, to).bytes());
        }
        roots.put(List.of(from, to), root);
        return root;
    }

    /** PATH(m, D[from:to]). */
    List<TreeHash> path(long m, long from, long to) {
        long n = to - from;
        if (n == 1) {
            return List.of();
        }
        long k = split(n);
        return m < k
                ? append(path(m, from, from + k), root(from + k, to))
                : append(path(m - k, from + k, to), root(from, from + k));
    }

    /** PROOF(m, D[0:n]). */
    List<TreeHash> proof(long m, long n) {
        return subproof(m, 0, n, true);
    }

    private List<TreeHash> subproof(long m, long from, long to, boolean b) {
        long n = to - from;
        if (m == n) {
            return b ? List.of() : List.of(root(from, to));
        }
        long k = split(n);
        return m <= k
                ? append(subproof(m, from, from + k, b), root(from + k, to))
                : append(subproof(m - k, from + k, to, false), root(from, from + k));
    }

    /** The hashes of a tile, by their definition in tlog-tiles. */
    byte[] tile(TileId id, int width) {
        long leaves = 1L << (8 * id.level());
        ByteBuffer tile = ByteBuffer.allocate(width * 32);
        for (int i = 0; i < width; i++) {
            long n = id.index() * 256 + i;
            tile.put(root(n * leaves, (n + 1) * leaves).bytes());
        }
        return tile.array();
    }

    private static long split(long n) {
        long k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    private static List<TreeHash> append(List<TreeHash> list, TreeHash hash) {
        List<TreeHash> longer = new ArrayList<>(list);
        longer.add(hash);
        return longer;
    }

    private static TreeHash sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return TreeHash.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
