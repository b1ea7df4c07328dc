package dev.sentinel.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails a test if a thread that must not block has blocked during it, even for a microsecond: an event loop of Vert.x
 * or any other thread of Netty that is not a worker. JUnit registers it for every test ({@code META-INF/services}), so
 * every server that runs inside a test is watched.
 *
 * <p>BlockHound reports sleeping, parking, sockets and streams by itself, and allows what Netty and the log need. This
 * class adds what BlockHound does not know: name resolution, file access, and SQL in a file.
 *
 * <p>The blocking call itself proceeds, so that the server behaves as usual and the test fails afterwards, with a
 * stack. A server that still runs after its test may fail the next test; the stack shows which server it was. And a
 * test that waits with {@code CompletableFuture.orTimeout} may fail now and then: the event loop that completes the
 * future locks a queue of the JDK, to cancel the timer. {@code Future.timeout} does not.
 */
public final class EventLoopGuard implements AfterEachCallback, AfterAllCallback {
    private static final int MAX_REPORTED = 10;

    /**
     * Blocking methods that BlockHound does not know. A method that the JDK lacks is skipped; EventLoopGuardTest
     * detects that.
     */
    private static final List<Blocking> ADDED = List.of(
            new Blocking(
                    "java/net/Inet6AddressImpl", "lookupAllHostAddr", "(Ljava/lang/String;)[Ljava/net/InetAddress;"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "open0", "(JII)I"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "opendir0", "(J)J"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "stat0", "(JLsun/nio/fs/UnixFileAttributes;)V"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "stat1", "(J)I"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "lstat0", "(JLsun/nio/fs/UnixFileAttributes;)V"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "access0", "(JI)V"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "exists0", "(J)Z"),
            new Blocking("sun/nio/fs/UnixNativeDispatcher", "statvfs0", "(JLsun/nio/fs/UnixFileStoreAttributes;)V"),
            new Blocking("java/io/UnixFileSystem", "getLength", "(Ljava/io/File;)J"),
            new Blocking("java/io/UnixFileSystem", "getLength0", "(Ljava/io/File;)J"),
            new Blocking("java/io/UnixFileSystem", "getSpace", "(Ljava/io/File;I)J"),
            new Blocking("java/io/UnixFileSystem", "getSpace0", "(Ljava/io/File;I)J"),
            new Blocking("sun/nio/ch/FileDispatcherImpl", "force0", "(Ljava/io/FileDescriptor;Z)I"),
            new Blocking("org/sqlite/core/NativeDB", "_open_utf8", "([BI)V"),
            new Blocking("org/sqlite/core/NativeDB", "_exec_utf8", "([B)I"),
            new Blocking("org/sqlite/core/NativeDB", "prepare_utf8", "([B)J"),
            new Blocking("org/sqlite/core/NativeDB", "step", "(J)I"));

    /**
     * Methods that may block, because they do so only for a short, known time. BlockHound already allows those of Netty
     * and Logback.
     */
    private static final List<Allowed> ALLOWED = List.of(
            // Reads /dev/urandom, which never waits: ids are random.
            new Allowed("java.security.SecureRandom", "nextBytes"),
            // Handing work to a worker takes the lock of a queue, which no thread holds for longer.
            new Allowed("java.util.concurrent.ThreadPoolExecutor", "execute"),
            new Allowed("java.util.concurrent.ThreadPoolExecutor", "shutdownNow"),
            // Netty's pool of buffers takes a lock that nobody holds for longer than an allocation.
            new Allowed("io.netty.buffer.AdaptivePoolingAllocator", "allocate"),
            // The JDK reads its own defaults when the first server of a process listens.
            new Allowed("sun.net.NetProperties", "loadDefaultProperties"),
            // Vert.x's SQL client looks for plug-ins on the class path for each connection that it makes, so a few
            // times in the life of a server.
            new Allowed("io.vertx.jdbcclient.impl.actions.JDBCStatementHelper", "initEncoder"),
            new Allowed("io.vertx.jdbcclient.impl.actions.JDBCStatementHelper", "initDecoder"));

    private static final Queue<Throwable> FOUND = new ConcurrentLinkedQueue<>();

    /** A native method, named as in class files. */
    private record Blocking(String type, String method, String descriptor) {}

    /** A method inside of which an event loop may block. */
    private record Allowed(String type, String method) {}

    static {
        BlockHound.Builder builder = BlockHound.builder().loadIntegrations();
        ADDED.forEach(blocking -> builder.markAsBlocking(blocking.type, blocking.method, blocking.descriptor));
        ALLOWED.forEach(allowed -> builder.allowBlockingCallsInside(allowed.type, allowed.method));
        builder.blockingMethodCallback(method -> FOUND.add(new Throwable(method.getClassName() + "." + method.getName()
                        + " on " + Thread.currentThread().getName())))
                .install();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    /** Also covers servers that are started before all tests and closed after them. */
    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    private static void check() {
        List<Throwable> found = new ArrayList<>();
        for (Throwable next = FOUND.poll(); next != null; next = FOUND.poll()) {
            found.add(next);
        }
        if (found.isEmpty()) {
            return;
        }
        AssertionError error = new AssertionError("a thread that must not block has blocked, times=" + found.size()
                + ", first: " + found.get(0).getMessage() + callers(found.get(0)));
        found.stream().limit(MAX_REPORTED).forEach(error::addSuppressed);
        throw error;
    }

    /** The nearest frames, because summaries of a build show the message and no stack. */
    private static String callers(Throwable blocked) {
        return Stream.of(blocked.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith("reactor.blockhound."))
                .filter(frame -> !frame.getClassName().equals(EventLoopGuard.class.getName()))
                .limit(MAX_REPORTED)
                .map(frame -> "\n  at " + frame)
                .collect(Collectors.joining());
    }
}
