package dev.sentinel.audit.evidence.tlog;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes the nodes of RFC 6962, section 2.1, from hashes that lie side by side. Creates no garbage. One thread. */
final class NodeHasher {
    private static final int BYTES = TreeHash.BYTES;

    private final MessageDigest digest = sha256();
    private final byte[] input = new byte[1 + 2 * BYTES];
    private final byte[] row = new byte[Tile.WIDTH / 2 * BYTES];

    NodeHasher() {
        input[0] = TreeHash.NODE_PREFIX;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Writes the parent of two hashes. The target may be the array of either. */
    void parent(byte[] left, int leftAt, byte[] right, int rightAt, byte[] target, int targetAt) {
        // One update of 65 bytes is faster than three of their parts.
        System.arraycopy(left, leftAt, input, 1, BYTES);
        System.arraycopy(right, rightAt, input, 1 + BYTES, BYTES);
        digest.update(input);
        try {
            digest.digest(target, targetAt, BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("no room for a hash at " + targetAt, e);
        }
    }

    /**
     * Writes the root of the complete subtree over adjacent hashes.
     *
     * @param count a power of two, at most {@link Tile#WIDTH}
     */
    void subtree(byte[] hashes, int at, int count, byte[] target, int targetAt) {
        byte[] from = hashes;
        int fromAt = at;
        for (int parents = count / 2; parents > 0; parents /= 2) {
            for (int i = 0; i < parents; i++) {
                int pair = fromAt + 2 * i * BYTES;
                parent(from, pair, from, pair + BYTES, row, i * BYTES);
            }
            from = row;
            fromAt = 0;
        }
        System.arraycopy(from, fromAt, target, targetAt, BYTES);
    }
}
