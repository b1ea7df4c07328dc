package dev.sentinel.audit.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
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

/**
 * Whose files are whose. Each client has an id, a file {@code ID.lock} that it holds a lock on as long as it lives, and
 * files {@code ID-N.spill}; whose lock can be had, is dead, and its files belong to whoever has the lock now. Any
 * number of processes and clients may share a directory, on a file system with locks.
 */
final class SpillDirectory implements Closeable {
    private static final String LOCK = ".lock";
    private static final String SPILL = ".spill";

    /** Held while a client appears or takes over, so that nobody takes over one that has not got its lock yet. */
    private static final String DOOR = "spill.door";

    /**
     * The clients of this process. A process can lock a file again that it has locked, and by closing it gives up both,
     * so that their locks must not even be tried.
     */
    private static final Set<String> LIVING = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final String id = UUID.randomUUID().toString();
    private final Map<String, FileChannel> locks = new HashMap<>();
    private int files;

    private SpillDirectory(Path directory) {
        this.directory = directory;
    }

    /** Opens a directory, which is made for its owner only if it is missing. */
    static SpillDirectory open(Path path) throws IOException {
        Files.createDirectories(path, attributes("rwx------"));
        SpillDirectory directory = new SpillDirectory(path);
        synchronized (LIVING) {
            try (FileChannel door = directory.openFile(DOOR)) {
                door.lock();
                directory.tryLock(directory.id);
            }
        }
        return directory;
    }

    /** The files of dead clients, oldest first for each; from now on they are this one's. */
    List<Path> takeOver() throws IOException {
        synchronized (LIVING) {
            try (FileChannel door = openFile(DOOR)) {
                door.lock();
                List<Path> found = new ArrayList<>();
                Set<String> owners = new HashSet<>(LIVING);
                for (Map.Entry<String, SortedSet<Path>> dead : spilled().entrySet()) {
                    if (owners.add(dead.getKey()) && tryLock(dead.getKey())) {
                        found.addAll(dead.getValue());
                    }
                }
                return found;
            }
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
        LIVING.add(owner);
        return true;
    }

    private FileChannel openFile(String name) throws IOException {
        return FileChannel.open(
                directory.resolve(name),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                attributes("rw-------"));
    }

    /** A new file of this client, for its owner only. */
    Path newFile() throws IOException {
        // Eight digits, so that names sort as numbers do.
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

    /** Gives up its locks; who has left no files leaves no lock file either. */
    @Override
    public void close() {
        synchronized (LIVING) {
            try (FileChannel door = openFile(DOOR)) {
                door.lock();
                Set<String> left = spilled().keySet();
                for (Map.Entry<String, FileChannel> lock : locks.entrySet()) {
                    if (!left.contains(lock.getKey())) {
                        Files.deleteIfExists(directory.resolve(lock.getKey() + LOCK));
                    }
                }
            } catch (IOException e) {
                // Lock files that stay are in nobody's way.
            }
            for (Map.Entry<String, FileChannel> lock : locks.entrySet()) {
                LIVING.remove(lock.getKey());
                try {
                    lock.getValue().close();
                } catch (IOException e) {
                    // The system gives up the lock with the process.
                }
            }
            locks.clear();
        }
    }
}
