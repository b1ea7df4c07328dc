package dev.sentinel.audit.store.lsm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs entries into a block. A block begins with its {@link Checksum} and the number of its entries, in two bytes.
 * Then follows, for each entry:
 *
 * <pre>
 * head   varint: tag * 8, plus 4 if there is an owner, plus {@link #SAME_KEY}, {@link #NEAR_KEY} or {@link #NEW_KEY}
 * key    NEAR_KEY: by how much the lower half has grown, as varint; NEW_KEY: 16 bytes
 * time   SAME_KEY: by how much it has fallen, as varint; else the same as zigzag varint
 * seq    by how much it has fallen, as zigzag varint
 * owner  varint
 * </pre>
 *
 * Varints have seven bits in each byte, the lowest ones first, and the highest bit set if another byte follows. All
 * differences are to the entry before, of the first entry to zeros, so that a block can be read by itself.
 */
final class BlockWriter {
    static final int SAME_KEY = 0;
    static final int NEAR_KEY = 1;
    static final int NEW_KEY = 2;
    static final int OWNED = 4;
    static final int TAG_SHIFT = 3;

    static final int COUNT_AT = Checksum.BYTES;
    static final int ENTRIES_AT = COUNT_AT + Short.BYTES;

    /** Reads and writes the halves of keys. */
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Five varints and a key. */
    private static final int MAX_ENTRY_BYTES = 5 * 10 + 16;

    private final int maxBytes;
    private final byte[] bytes;
    private int end = ENTRIES_AT;
    private int count;
    private long high;
    private long low;
    private long time;
    private long seq;

    /** @param maxBytes of a block; enough for one entry */
    BlockWriter(int maxBytes) {
        this.maxBytes = maxBytes;
        this.bytes = new byte[maxBytes + MAX_ENTRY_BYTES];
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Adds the next entry; returns false, without a change, if it has no room. An empty block has room. */
    boolean add(long newHigh, long newLow, long newTime, long newSeq, int tag, long owner) {
        int start = end;
        boolean sameHigh = newHigh == high;
        int how = !sameHigh ? NEW_KEY : count == 0 || newLow != low ? NEAR_KEY : SAME_KEY;
        varint(((long) tag << TAG_SHIFT) | (owner == 0 ? 0 : OWNED) | how);
        if (how == NEAR_KEY) {
            varint(newLow - low);
        } else if (how == NEW_KEY) {
            LONG.set(bytes, end, newHigh);
            LONG.set(bytes, end + Long.BYTES, newLow);
            end += 2 * Long.BYTES;
        }
        varint(how == SAME_KEY ? time - newTime : zigzag(time - newTime));
        varint(zigzag(seq - newSeq));
        if (owner != 0) {
            varint(owner);
        }
        if (end > maxBytes || count == 0xffff) {
            end = start;
            return false;
        }
        high = newHigh;
        low = newLow;
        time = newTime;
        seq = newSeq;
        count++;
        return true;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** The block, but for its checksum; this object is then empty. */
    byte[] finish() {
        bytes[COUNT_AT] = (byte) (count >> 8);
        bytes[COUNT_AT + 1] = (byte) count;
        byte[] block = Arrays.copyOf(bytes, end);
        end = ENTRIES_AT;
        count = 0;
        high = 0;
        low = 0;
        time = 0;
        seq = 0;
        return block;
    }
}
