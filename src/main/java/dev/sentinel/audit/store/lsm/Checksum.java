package dev.sentinel.audit.store.lsm;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The first four bytes of every blob: the CRC-32C (RFC 3720, appendix B.4) of the blob's id and of the other bytes. */
final class Checksum {
    static final int BYTES = Integer.BYTES;

    private Checksum() {}

    static void write(byte[] blob, long id) {
        ByteBuffer.wrap(blob).putInt(of(blob, id));
    }

    /** Fails if the blob is not the one that was written under this id: SQLite does not check its pages. */
    static void check(byte[] blob, long id) {
        if (blob.length < BYTES || ByteBuffer.wrap(blob).getInt() != of(blob, id)) {
            throw new LsmDamage("blob " + id);
        }
    }

    private static int of(byte[] blob, long id) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(id).flip());
        crc.update(blob, BYTES, blob.length - BYTES);
        return (int) crc.getValue();
    }
}
