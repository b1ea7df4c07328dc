package dev.sentinel.audit.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps events in files, so that the next process can send what this one could not. An event is written completely
 * before {@link #offer} returns, and from then on survives any end of the process. It survives a crash of the machine
 * once it is synced. Waiting events are synced every {@link SpillSync#EVERY}; a sync for each event would cost the
 * agent milliseconds. A file is deleted when the server has decided on all its events. After a crash, some of them are
 * sent again, and the server recognizes their ids.
 */
final class SpillBuffer implements EventBuffer {
    /** An upper bound: 64 KiB of metadata, and other fields that take a tenth of that. */
    private static final int MAX_LINE = 128 * 1024;

    private final SpillDirectory directory;
    private final SpillFiles files;
    private final SpillSync sync;
    private final Ledger ledger;

    private SpillBuffer(SpillDirectory directory, long maxBytes, Ledger ledger) {
        this.directory = directory;
        this.files = new SpillFiles(directory, maxBytes, ledger);
        this.sync = new SpillSync(files);
        this.ledger = ledger;
    }

    /**
     * Opens a directory. Throws {@link SpillRefusedException} if it is not this user's alone.
     *
     * @param maxBytes the bound on all files of this client, including those that it takes over
     */
    static SpillBuffer open(Path path, long maxBytes, Ledger ledger) throws IOException {
        return open(path, SpillAccess.ofThisProcess(), maxBytes, ledger);
    }

    static SpillBuffer open(Path path, SpillAccess access, long maxBytes, Ledger ledger) throws IOException {
        SpillBuffer buffer = new SpillBuffer(SpillDirectory.open(path, access), maxBytes, ledger);
        buffer.sync.start();
        return buffer;
    }

    @Override
    public Offer offer(byte[] event) {
        Offer offer = files.append(SpillLine.of(event));
        if (offer == Offer.ACCEPTED) {
            ledger.spilled.increment();
        }
        return offer;
    }

    @Override
    public long recover() {
        List<SpillFile> recovered = new ArrayList<>();
        try {
            for (Path path : directory.takeOver(refused -> ledger.spillFailed("take over", refused))) {
                try {
                    recovered.add(SpillFile.recover(path));
                } catch (IOException e) {
                    // The file stays where it is and does no harm.
                    ledger.spillFailed("open", e);
                }
            }
        } catch (IOException e) {
            ledger.spillFailed("take over", e);
        }
        return files.addRecovered(recovered);
    }

    @Override
    public @Nullable Batch take(int maxEvents, int maxSize) {
        for (SpillFile file : files.unread()) {
            byte[] chunk;
            while ((chunk = read(file, maxSize)) != null) {
                SpillChunk parsed = SpillChunk.parse(chunk, maxEvents, maxSize);
                Batch batch = files.taken(file, parsed);
                if (parsed.damaged() > 0) {
                    ledger.dropped(parsed.damaged(), "damaged in the spill directory");
                }
                if (!batch.events().isEmpty()) {
                    return batch;
                }
            }
        }
        return null;
    }

    /** Null if there is nothing to read, or the file cannot be read. Then the next file must not wait for it. */
    private byte @Nullable [] read(SpillFile file, int maxSize) {
        byte[] chunk = new byte[(int) Math.min(files.unread(file), (long) maxSize + MAX_LINE)];
        if (chunk.length == 0) {
            return null;
        }
        try {
            file.read(chunk);
            return chunk;
        } catch (IOException e) {
            ledger.spillFailed("read", e);
            long lost = file.isUnreadable() ? files.giveUp(file) : 0;
            if (lost > 0) {
                ledger.dropped(lost, "unreadable in the spill directory");
            }
            return null;
        }
    }

    @Override
    public void complete(Batch batch) {
        files.complete(
                (SpillFile) Objects.requireNonNull(batch.origin()),
                batch.events().size());
    }

    @Override
    public void close() {
        sync.end();
        files.close();
        directory.close();
    }

    @Override
    public long accepted() {
        return files.accepted();
    }

    @Override
    public long taken() {
        return files.taken();
    }

    @Override
    public long untakenBytes() {
        return files.unreadBytes();
    }

    @Override
    public long pending() {
        return files.pending();
    }

    @Override
    public long pendingBytes() {
        return files.bytes();
    }

    @Override
    public boolean isPersistent() {
        return true;
    }
}
