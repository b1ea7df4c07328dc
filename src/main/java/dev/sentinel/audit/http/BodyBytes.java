package dev.sentinel.audit.http;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a body while it arrives, copied into blocks. An array that grows would be copied again and again: a body
 * of many megabytes would leave several times its size in arrays that only a full collection frees. And a buffer for
 * each chunk would let a client that sends single bytes use a hundred times as much memory as it sends.
 *
 * <p>One thread at a time.
 */
final class BodyBytes {
    private static final int SMALLEST_BLOCK = 4 * 1024;
    private static final int LARGEST_BLOCK = 64 * 1024;

    private final List<byte[]> full = new ArrayList<>(1);
    private byte[] last = {};
    private int used;
    private int length;

    int length() {
        return length;
    }

    void append(Buffer chunk) {
        if (length == 0) {
            // The whole body, mostly.
            last = chunk.getBytes();
            used = last.length;
            length = used;
        } else {
            for (int at = 0; at < chunk.length(); ) {
                int end = at + room(chunk.length() - at);
                chunk.getBytes(at, end, last, used);
                grew(end - at);
                at = end;
            }
        }
    }

    void append(byte[] source, int count) {
        for (int at = 0; at < count; ) {
            int end = at + room(count - at);
            System.arraycopy(source, at, last, used, end - at);
            grew(end - at);
            at = end;
        }
    }

    /**
     * Starts a new block if the last one is full. Returns how many of the wanted bytes it has room for: one or more.
     */
    private int room(int wanted) {
        if (used == last.length) {
            if (used > 0) {
                full.add(last);
            }
            last = new byte[Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, length))];
            used = 0;
        }
        return Math.min(wanted, last.length - used);
    }

    private void grew(int count) {
        used += count;
        length += count;
    }

    /** All bytes. Nothing may be appended afterwards, because the array may be one of the blocks. */
    byte[] toArray() {
        if (full.isEmpty()) {
            return used == last.length ? last : Arrays.copyOf(last, used);
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] block : full) {
            System.arraycopy(block, 0, all, at, block.length);
            at += block.length;
        }
        System.arraycopy(last, 0, all, at, used);
        return all;
    }
}
