package dev.sentinel.audit.store.lsm;

import java.nio.ByteBuffer;

/**
 * Reads the entries of a block, in order. See {@link BlockWriter} for the format. The fields are those of the entry.
 */
final class BlockReader {
    private byte[] bytes = new byte[0];
    private int at;
    private int left;

    long high;
    long low;
    long time;
    long seq;
    int tag;
    long owner;

    /** Begins before the first entry of a block whose checksum was right. */
    void open(byte[] block) {
        bytes = block;
        at = BlockWriter.ENTRIES_AT;
        left = ByteBuffer.wrap(block).getShort(BlockWriter.COUNT_AT) & 0xffff;
        high = 0;
        low = 0;
        time = 0;
        seq = 0;
    }

    /** Moves to the next entry; false if there is none. */
    boolean next() {
        if (left == 0) {
            return false;
        }
        left--;
        long head = varint();
        int how = (int) head & 3;
        if (how == BlockWriter.SAME_KEY) {
            time -= varint();
        } else {
            if (how == BlockWriter.NEAR_KEY) {
                low += varint();
            } else {
                high = (long) BlockWriter.LONG.get(bytes, at);
                low = (long) BlockWriter.LONG.get(bytes, at + Long.BYTES);
                at += 2 * Long.BYTES;
            }
            time -= zigzag(varint());
        }
        seq -= zigzag(varint());
        owner = (head & BlockWriter.OWNED) == 0 ? 0 : varint();
        tag = (int) (head >>> BlockWriter.TAG_SHIFT);
        return true;
    }

    private long varint() {
        byte next = bytes[at++];
        if (next >= 0) {
            return next;
        }
        long value = next & 0x7f;
        for (int shift = 7; next < 0; shift += 7) {
            next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
        }
        return value;
    }

    private static long zigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    /** Compares the entry with a place in the order of the tree. */
    int compareTo(long high2, long low2, long time2, long seq2) {
        return Entry.compare(high, low, time, seq, high2, low2, time2, seq2);
    }
}
