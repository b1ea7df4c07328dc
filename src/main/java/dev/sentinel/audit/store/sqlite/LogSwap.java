package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a copy in the place of the log, in steps of which each may be the last before a crash: the old log and its
 * write-ahead log have to move away together. A copy that is complete gets a name that says so, and as long as a file
 * has that name, {@link #finish} goes on. Blocking; the caller holds the lock.
 *
 * @param copy where the copy is made
 * @param ready its name when it is complete; tells the name of the old log too
 * @param kept the new path of the old log
 */
record LogSwap(SqliteFiles files, Path copy, Path ready, Path kept) {
    private static final Logger LOG = LoggerFactory.getLogger(LogSwap.class);

    private static final String COPY = ".restoring";
    private static final String READY = ".restored-";
    private static final String KEPT = ".before-";

    /** A swap that has not begun. */
    static LogSwap at(SqliteFiles files, Instant now) {
        return named(files, now.toString().replace(":", ""));
    }

    private static LogSwap named(SqliteFiles files, String time) {
        return new LogSwap(files, beside(files, COPY), beside(files, READY + time), beside(files, KEPT + time));
    }

    private static Path beside(SqliteFiles files, String added) {
        return files.log().resolveSibling(files.log().getFileName() + added);
    }

    /** Swaps the files. The copy must be closed. */
    void run() throws IOException {
        if (copy.resolveSibling(copy.getFileName() + "-wal").toFile().length() > 0) {
            throw new IOException("the copy was not closed");
        }
        PrivateFiles.force(copy);
        Files.move(copy, ready, StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.forceDirectory(ready.getParent());
        complete();
    }

    private void complete() throws IOException {
        for (String sidecar : List.of("-wal", "-shm", "")) {
            Path from = beside(files, sidecar);
            if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(from, kept.resolveSibling(kept.getFileName() + sidecar));
            }
        }
        // Before the log is there: they are of the old one.
        files.deleteIndex();
        files.deleteTree();
        PrivateFiles.forceDirectory(ready.getParent());
        Files.move(ready, files.log(), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.forceDirectory(ready.getParent());
    }

    /** Deletes the copy if the swap has not begun. */
    void abandon() {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + "-wal"));
            Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + "-shm"));
        } catch (IOException e) {
            // The next one deletes it.
        }
    }

    /** Finishes a swap that was interrupted, if there is one. Throws {@link Unusable} if it cannot. */
    static void finish(SqliteFiles files) {
        String prefix = files.log().getFileName() + READY;
        try (Stream<Path> names = Files.list(files.log().getParent())) {
            List<String> ready = names.map(name -> name.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
            if (ready.size() > 1) {
                throw new Unusable(
                        "two restores of " + files.log() + " were interrupted; move one of " + ready + " away");
            }
            for (String name : ready) {
                named(files, name.substring(prefix.length())).complete();
                LOG.warn("interrupted restore finished log={}", files.log());
            }
        } catch (IOException | UncheckedIOException e) {
            throw new Unusable(
                    "an interrupted restore of " + files.log() + " cannot be finished: " + e.getMessage(), e);
        }
    }
}
