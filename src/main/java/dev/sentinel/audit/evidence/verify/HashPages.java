package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps hashes by their positions, which come in any order: in memory up to 32 MiB, beyond that in a temporary file of
 * 32 bytes for each position, which is deleted in the end. A page of zeros is one without hashes: no SHA-256 is zero.
 * One thread.
 */
final class HashPages implements AutoCloseable {
    /** More than any log has; a sparse file of this length takes no space. */
    static final long MAX_POSITION = 1L << 36;

    private static final int MAX_PAGES = 4_096;
    private static final byte[] NO_HASH = new byte[TreeHash.BYTES];

    private final int maxPages;
    private final Map<Long, byte[]> pages = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable Path path;
    private @Nullable FileChannel file;

    HashPages() {
        this(MAX_PAGES);
    }

    HashPages(int maxPages) {
        this.maxPages = maxPages;
    }

    /** Puts a hash at a position below {@link #MAX_POSITION}; false if there was one. */
    boolean put(long position, byte[] hash) throws IOException {
        byte[] page = page(position / Tile.WIDTH);
        int at = (int) (position % Tile.WIDTH) * TreeHash.BYTES;
        if (!isEmpty(page, at)) {
            return false;
        }
        System.arraycopy(hash, 0, page, at, TreeHash.BYTES);
        return true;
    }

    /** Returns 256 hashes from {@code 256 * number} on. Not a copy. Those that were not put are zero. */
    byte[] page(long number) throws IOException {
        byte[] page = pages.get(number);
        if (page == null) {
            page = read(number);
            pages.put(number, page);
            if (pages.size() > maxPages) {
                writeEldest();
            }
        }
        return page;
    }

    static boolean isEmpty(byte[] page, int at) {
        return Arrays.equals(page, at, at + TreeHash.BYTES, NO_HASH, 0, TreeHash.BYTES);
    }

    private byte[] read(long number) throws IOException {
        byte[] page = new byte[Tile.BYTES];
        if (file != null) {
            ByteBuffer target = ByteBuffer.wrap(page);
            long at = number * Tile.BYTES;
            while (target.hasRemaining() && file.read(target, at + target.position()) >= 0) {
                // The rest of what the file has.
            }
        }
        return page;
    }

    private void writeEldest() throws IOException {
        Iterator<Map.Entry<Long, byte[]>> eldest = pages.entrySet().iterator();
        Map.Entry<Long, byte[]> page = eldest.next();
        ByteBuffer source = ByteBuffer.wrap(page.getValue());
        long at = page.getKey() * Tile.BYTES;
        FileChannel target = open();
        while (source.hasRemaining()) {
            target.write(source, at + source.position());
        }
        eldest.remove();
    }

    private FileChannel open() throws IOException {
        FileChannel opened = file;
        if (opened == null) {
            path = Files.createTempFile("sentinel-verify", ".hashes");
            opened = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            file = opened;
        }
        return opened;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        if (path != null) {
            Files.deleteIfExists(path);
        }
    }
}
