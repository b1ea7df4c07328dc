package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.sqlite.KeyFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.FileInputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the guard detects blocking calls. This class does not register the guard, so the tests pass only if JUnit
 * registers it, as for every test.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
final class EventLoopGuardTest {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopGuardTest.class);

    @TempDir
    private Path directory;

    /** Calls that must not happen on an event loop. */
    private enum Blocking {
        SLEEP("java.lang.Thread.sleep"),
        WAIT("java.lang.Object.wait"),
        LOCK("Unsafe.park"),
        OPEN_FILE("UnixNativeDispatcher.open0"),
        READ_FILE("FileInputStream.readBytes"),
        LOOK_AT_FILE("UnixNativeDispatcher."),
        FILE_SIZE("UnixFileSystem.getLength"),
        FREE_SPACE("UnixFileSystem.getSpace"),
        RESOLVE_NAME("Inet6AddressImpl.lookupAllHostAddr"),
        SQL("NativeDB.step");

        private final String method;

        Blocking(String method) {
            this.method = method;
        }

        /** Prepares the call on the current thread. */
        Callable<?> in(Path directory) {
            return switch (this) {
                case SLEEP ->
                    () -> {
                        Thread.sleep(1);
                        return null;
                    };
                case WAIT ->
                    () -> {
                        synchronized (directory) {
                            directory.wait(1);
                        }
                        return null;
                    };
                case LOCK ->
                    () -> {
                        LockSupport.parkNanos(1_000);
                        return null;
                    };
                case OPEN_FILE -> () -> Files.createFile(directory.resolve("empty"));
                case READ_FILE ->
                    () -> {
                        try (FileInputStream in = new FileInputStream("/dev/null")) {
                            return in.read(new byte[1]);
                        }
                    };
                case LOOK_AT_FILE -> () -> Files.exists(directory);
                case FILE_SIZE -> () -> directory.toFile().length();
                case FREE_SPACE -> () -> directory.toFile().getUsableSpace();
                case RESOLVE_NAME -> () -> InetAddress.getByName(nameNotResolvedBefore());
                case SQL -> {
                    KeyFile keys = KeyFile.open(directory.resolve("log.db"));
                    yield () -> {
                        keys.record(TestKeys.act());
                        keys.close();
                        return null;
                    };
                }
            };
        }
    }

    /** The JDK keeps names for 30 seconds, as they are written, and another test may have resolved localhost. */
    private static String nameNotResolvedBefore() {
        StringBuilder name = new StringBuilder("localhost");
        for (int i = 0; i < name.length(); i++) {
            if (ThreadLocalRandom.current().nextBoolean()) {
                name.setCharAt(i, Character.toUpperCase(name.charAt(i)));
            }
        }
        return name.toString();
    }

    @ParameterizedTest
    @EnumSource
    void test_thatBlocksAnEventLoop_fails(Blocking blocking, Vertx vertx) throws Exception {
        onEventLoop(vertx, blocking.in(directory));

        EventLoopGuard guard = new EventLoopGuard();
        assertThatThrownBy(() -> guard.afterEach(null))
                .isInstanceOf(AssertionError.class)
                .satisfies(error -> assertThat(error.getSuppressed())
                        .as("each with its stack")
                        .anySatisfy(found -> assertThat(found)
                                .hasMessageContaining(blocking.method)
                                .hasStackTraceContaining(EventLoopGuardTest.class.getName())));
        assertThatCode(() -> guard.afterAll(null)).as("told once").doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void test_thatBlocksAWorker_passes(Blocking blocking, Vertx vertx) throws Exception {
        vertx.executeBlocking(blocking.in(directory)).await(20, TimeUnit.SECONDS);

        assertThatCode(() -> new EventLoopGuard().afterEach(null)).doesNotThrowAnyException();
    }

    /** Allowed: the log goes to standard output, line by line, and a service manager reads it. */
    @Test
    void log_onAnEventLoop_isAllowed(Vertx vertx) throws Exception {
        onEventLoop(vertx, () -> {
            LOG.info("a line from an event loop");
            return null;
        });

        assertThatCode(() -> new EventLoopGuard().afterEach(null)).doesNotThrowAnyException();
    }

    private static void onEventLoop(Vertx vertx, Callable<?> work) throws Exception {
        Future.<Object>future(promise -> vertx.runOnContext(now -> {
                    try {
                        promise.complete(work.call());
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                }))
                .await(20, TimeUnit.SECONDS);
    }
}
