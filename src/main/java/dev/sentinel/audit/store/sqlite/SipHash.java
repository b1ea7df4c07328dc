package dev.sentinel.audit.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * SipHash-2-4 (https://www.aumasson.jp/siphash/siphash.pdf) of ids. Without the key, nobody can find ids whose hashes
 * collide.
 */
final class SipHash {
    static final int KEY_BYTES = 16;

    /** Two for each word, and four at the end. */
    private static final int ROUNDS = 10;

    /** Of 16 bytes: the length in the upper byte of the last word. */
    private static final long LAST_WORD = 16L << 56;

    private final long key0;
    private final long key1;

    SipHash(byte[] key) {
        ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        this.key0 = words.getLong();
        this.key1 = words.getLong();
    }

    long of(UUID id) {
        return of(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /** The hash of 16 bytes as two words. */
    long of(long word0, long word1) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int round = 0; round < ROUNDS; round++) {
            long word = round < 2 ? word0 : round < 4 ? word1 : round < 6 ? LAST_WORD : 0;
            if (round % 2 == 0) {
                v3 ^= word;
            }
            if (round == 6) {
                v2 ^= 0xff;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            if (round % 2 == 1) {
                v0 ^= word;
            }
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
