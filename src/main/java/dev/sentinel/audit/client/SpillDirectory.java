package dev.sentinel.audit.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tracks which client owns which files. Each client has an id, a file {@code ID.lock} that it keeps locked while it is
 * open, and files {@code ID-N.spill}. A client whose lock is free is gone, and the client that takes the lock owns its
 * files. Any number of processes and clients may share a directory, on a file system with locks.
 */
final class SpillDirectory implements Closeable {
    private static final String LOCK = ".lock";
    private static final String SPILL = ".spill";

    /**
     * Locked while a client opens, takes over files or closes. No client is taken over before it holds its own lock.
     */
    private static final String DIRECTORY_LOCK = "spill.door";

    /**
     * The ids whose locks this process holds. They must not be tried again: a process may lock the same file twice, and
     * closing one channel releases both locks.
     */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final SpillAccess access;
    private final String id = UUID.randomUUID().toString();
    private final Map<String, FileChannel> locks = new HashMap<>();
    private int files;

    private SpillDirectory(Path directory, SpillAccess access) {
        this.directory = directory;
        this.access = access;
    }

    /**
     * Opens a directory. If it is missing, it is created with access for its owner only. Throws
     * {@link SpillRefusedException} if it is not this user's alone.
     */
    static SpillDirectory open(Path path, SpillAccess access) throws IOException {
        Files.createDirectories(path, attributes("rwx------"));
        // Without links, so that nobody can lead them elsewhere later.
        Path real = path.toRealPath();
        access.checkDirectory(real);
        SpillDirectory directory = new SpillDirectory(real, access);
        synchronized (HELD) {
            try (FileChannel directoryLock = directory.openFile(DIRECTORY_LOCK)) {
                directoryLock.lock();
                directory.tryLock(directory.id);
            }
        }
        return directory;
    }

    /**
     * Takes over the files of clients that are gone, and returns them, oldest first for each client.
     *
     * @param refused receives the reason for each file that is not this user's alone, which stays where it is
     */
    List<Path> takeOver(Consumer<SpillRefusedException> refused) throws IOException {
        synchronized (HELD) {
            try (FileChannel directoryLock = openFile(DIRECTORY_LOCK)) {
                directoryLock.lock();
                List<Path> found = new ArrayList<>();
                Set<String> owners = new HashSet<>(HELD);
                for (Map.Entry<String, SortedSet<Path>> dead : spilled().entrySet()) {
                    if (owners.add(dead.getKey())) {
                        found.addAll(takeOver(dead.getKey(), dead.getValue(), refused));
                    }
                }
                return found;
            }
        }
    }

    private List<Path> takeOver(String owner, SortedSet<Path> paths, Consumer<SpillRefusedException> refused)
            throws IOException {
        List<Path> ours = new ArrayList<>();
        for (Path path : paths) {
            try {
                access.checkFile(path);
                ours.add(path);
            } catch (SpillRefusedException e) {
                refused.accept(e);
            }
        }
        try {
            return !ours.isEmpty() && tryLock(owner) ? ours : List.of();
        } catch (SpillRefusedException e) {
            refused.accept(e);
            return List.of();
        }
    }

    private Map<String, SortedSet<Path>> spilled() throws IOException {
        Map<String, SortedSet<Path>> byOwner = new TreeMap<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*" + SPILL)) {
            for (Path path : paths) {
                String name = path.getFileName().toString();
                int dash = name.lastIndexOf('-');
                if (dash > 0) {
                    byOwner.computeIfAbsent(name.substring(0, dash), owner -> new TreeSet<>())
                            .add(path);
                }
            }
        }
        return byOwner;
    }

    private boolean tryLock(String owner) throws IOException {
        FileChannel channel = openFile(owner + LOCK);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return false;
        }
        locks.put(owner, channel);
        HELD.add(owner);
        return true;
    }

    private FileChannel openFile(String name) throws IOException {
        Path file = directory.resolve(name);
        access.checkFile(file);
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                attributes("rw-------"));
    }

    /** Creates a file of this client with access for its owner only. */
    Path newFile() throws IOException {
        // Eight digits, so that the names sort in numerical order.
        Path path = directory.resolve(id + "-" + String.format("%08d", ++files) + SPILL);
        return Files.createFile(path, attributes("rw-------"));
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Releases the locks. The lock file of an id without files is deleted. */
    @Override
    public void close() {
        synchronized (HELD) {
            try (FileChannel directoryLock = openFile(DIRECTORY_LOCK)) {
                directoryLock.lock();
                Set<String> left = spilled().keySet();
                for (Map.Entry<String, FileChannel> lock : locks.entrySet()) {
                    if (!left.contains(lock.getKey())) {
                        Files.deleteIfExists(directory.resolve(lock.getKey() + LOCK));
                    }
                }
            } catch (IOException e) {
                // Leftover lock files do no harm.
            }
            for (Map.Entry<String, FileChannel> lock : locks.entrySet()) {
                HELD.remove(lock.getKey());
                try {
                    lock.getValue().close();
                } catch (IOException e) {
                    // The operating system releases the lock when the process ends.
                }
            }
            locks.clear();
        }
    }
}
