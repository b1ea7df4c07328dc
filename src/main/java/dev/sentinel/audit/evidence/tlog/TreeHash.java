package dev.sentinel.audit.evidence.tlog;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 hash of the Merkle tree of RFC 6962: of a leaf, of a node, or the root. Immutable. */
public final class TreeHash {
    /** The length of a hash in bytes. */
    public static final int BYTES = 32;

    /** The root of a tree without leaves: the hash of nothing. */
    public static final TreeHash EMPTY = new TreeHash(NodeHasher.sha256().digest());

    /** The prefixes keep the entry of one tree from being a node of another (RFC 6962, section 2.1). */
    private static final byte LEAF_PREFIX = 0;

    static final byte NODE_PREFIX = 1;

    private final byte[] hash;

    private TreeHash(byte[] hash) {
        this.hash = hash;
    }

    /**
     * Copies a hash.
     *
     * @throws IllegalArgumentException if these are not 32 bytes
     */
    public static TreeHash of(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("not a hash of 32 bytes: " + hash.length);
        }
        return new TreeHash(hash.clone());
    }

    /**
     * Copies the 32 bytes that begin at this offset.
     *
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public static TreeHash at(byte[] source, int offset) {
        if (offset < 0 || offset > source.length - BYTES) {
            throw new IndexOutOfBoundsException(offset);
        }
        return new TreeHash(Arrays.copyOfRange(source, offset, offset + BYTES));
    }

    /** Returns the hash of a leaf, from its entry. */
    public static TreeHash leaf(byte[] entry) {
        MessageDigest digest = NodeHasher.sha256();
        digest.update(LEAF_PREFIX);
        return new TreeHash(digest.digest(entry));
    }

    /** Returns the hash of the node above two others. */
    public static TreeHash node(TreeHash left, TreeHash right) {
        MessageDigest digest = NodeHasher.sha256();
        digest.update(NODE_PREFIX);
        digest.update(left.hash);
        return new TreeHash(digest.digest(right.hash));
    }

    /**
     * Parses the form that {@link #base64} prints, and no other.
     *
     * @throws MalformedNoteException if the text is not the base64 of 32 bytes
     */
    public static TreeHash parse(String base64) {
        byte[] bytes = Syntax.base64("a hash", base64);
        if (bytes.length != BYTES) {
            throw new MalformedNoteException("a hash does not have 32 bytes");
        }
        return new TreeHash(bytes);
    }

    /** Returns a copy of the 32 bytes. */
    public byte[] bytes() {
        return hash.clone();
    }

    /** Returns standard base64 with padding, as checkpoints and proofs have it. */
    public String base64() {
        return Syntax.base64(hash);
    }

    /** Returns 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(hash);
    }

    /** Copies the hash into a place for it. */
    void writeTo(byte[] target, int at) {
        System.arraycopy(hash, 0, target, at, BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreeHash that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return base64();
    }
}
