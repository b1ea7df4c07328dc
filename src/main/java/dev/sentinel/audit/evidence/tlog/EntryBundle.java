package dev.sentinel.audit.evidence.tlog;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The entries of a tile at level 0 (c2sp.org/tlog-tiles): each one after its length as an unsigned 16-bit number. */
public final class EntryBundle {
    /** The longest entry in bytes. */
    public static final int MAX_ENTRY_BYTES = 65_535;

    private EntryBundle() {}

    /**
     * Writes a bundle.
     *
     * @param entries at most 256
     * @throws IllegalArgumentException if there are more, or one is too long
     */
    public static byte[] encode(List<byte[]> entries) {
        if (entries.size() > Tile.WIDTH) {
            throw new IllegalArgumentException("more than " + Tile.WIDTH + " entries");
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            if (entry.length > MAX_ENTRY_BYTES) {
                throw new IllegalArgumentException("an entry has more than " + MAX_ENTRY_BYTES + " bytes");
            }
            bundle.write(entry.length >>> 8);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }
        return bundle.toByteArray();
    }

    /**
     * Reads a bundle.
     *
     * @throws MalformedNoteException if it ends inside an entry, or has more than 256
     */
    public static List<byte[]> decode(byte[] bundle) {
        List<byte[]> entries = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(bundle);
        while (rest.hasRemaining()) {
            if (entries.size() == Tile.WIDTH) {
                throw new MalformedNoteException("the bundle has more than " + Tile.WIDTH + " entries");
            }
            int length = rest.remaining() < Short.BYTES ? Integer.MAX_VALUE : Short.toUnsignedInt(rest.getShort());
            if (length > rest.remaining()) {
                throw new MalformedNoteException("the bundle ends inside an entry");
            }
            byte[] entry = new byte[length];
            rest.get(entry);
            entries.add(entry);
        }
        return entries;
    }
}
