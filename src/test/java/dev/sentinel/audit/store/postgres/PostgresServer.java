package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.MemoryDirectories;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL on this machine for fault tests, with an operator's settings: fsync is on. */
public final class PostgresServer implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres.Builder builder;
    private final Path data;
    private EmbeddedPostgres server;

    private PostgresServer(EmbeddedPostgres.Builder builder, Path data) throws IOException {
        this.builder = builder;
        this.data = data;
        this.server = builder.start();
    }

    /** The instance that all tests of this JVM share; it ends with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** The shared instance of the oldest supported version. Aborts the test on platforms without a build of it. */
    public static PostgresServer oldest() {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        Assumptions.assumeTrue(platform.equals("Linux amd64"), "no old PostgreSQL for " + platform);
        return Oldest.SERVER;
    }

    private static final class Shared {
        static final PostgresServer SERVER = startShared(EmbeddedPostgres.builder());

        private static PostgresServer startShared(EmbeddedPostgres.Builder builder) {
            try {
                Path parent = Files.createTempDirectory(MemoryDirectories.parent(), "sentinel-postgres");
                PostgresServer started = start(parent, Map.of("max_prepared_transactions", "10"), builder);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    started.close();
                    started.awaitEnd();
                    delete(parent);
                }));
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The library that starts it ends it too when the JVM does, at the same time. */
    private void awaitEnd() {
        try {
            while (isRunning()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException ended) {
            // Its file has gone while it was read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Oldest {
        /** Created by the build. */
        static final Path BINARIES = Path.of("target", "oldest-postgres", "postgres-linux-x86_64.txz");

        static final PostgresServer SERVER = Shared.startShared(
                EmbeddedPostgres.builder().setPgBinaryResolver((os, arch) -> Files.newInputStream(BINARIES)));
    }

    /** Starts an instance in a new directory below {@code parent}. */
    public static PostgresServer start(Path parent, Map<String, String> settings) throws IOException {
        return start(parent, settings, EmbeddedPostgres.builder());
    }

    static PostgresServer start(Path parent, Map<String, String> settings, EmbeddedPostgres.Builder builder)
            throws IOException {
        Path data = Files.createTempDirectory(parent, "pg");
        builder.setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "100");
        settings.forEach(builder::setServerConfig);
        return new PostgresServer(builder, data);
    }

    /** Restarts on the same port with the same data, after {@link #stop} or {@link #kill}. */
    public void startAgain() throws IOException {
        server = builder.setPort(server.getPort()).start();
    }

    public void stop() throws IOException {
        server.close();
    }

    /** Sends SIGKILL to all its processes; data that is not on disk is lost. */
    public void kill() throws InterruptedException, IOException {
        List<ProcessHandle> processes = freeze();
        signal("KILL", processes);
        for (ProcessHandle process : processes) {
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
        Files.delete(data.resolve("postmaster.pid"));
        // Waits for its lock on the directory.
        server.close();
    }

    /** Sends SIGSTOP: connections stay open, nothing answers. */
    public List<ProcessHandle> freeze() throws IOException, InterruptedException {
        // The postmaster first, so that it starts no more processes.
        signal("STOP", List.of(postmaster()));
        List<ProcessHandle> processes = processes();
        signal("STOP", processes);
        return processes;
    }

    /** The postmaster and those that serve connections. */
    public List<ProcessHandle> processes() throws IOException {
        ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    /** Sends SIGCONT. */
    public void thaw() throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        signal(
                "CONT",
                Stream.concat(postmaster.descendants(), Stream.of(postmaster)).toList());
    }

    /** Whether it is still running. */
    public boolean isRunning() throws IOException {
        return Files.exists(data.resolve("postmaster.pid"))
                && ProcessHandle.of(Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                                .get(0)))
                        .isPresent();
    }

    private ProcessHandle postmaster() throws IOException {
        return ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(data.resolve("postmaster.pid")).get(0)))
                .orElseThrow();
    }

    /** A process may have ended meanwhile. */
    private static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    public int port() {
        return server.getPort();
    }

    /** Creates an empty schema and returns its URL. */
    public String newSchema() {
        String schema = "s" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE SCHEMA " + schema);
        return url(schema);
    }

    /** The URL of a schema. */
    public String url(String schema) {
        return "postgresql://" + USER + ":irrelevant@localhost:" + port() + "/postgres?sslmode=disable&search_path="
                + schema;
    }

    /** A new session in the schema of a configured URL. */
    public Connection connect(String url) throws SQLException {
        String schema = url.substring(url.indexOf("search_path=") + "search_path=".length());
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + port() + "/postgres?user=" + USER + "&currentSchema=" + schema);
    }

    /** The first column of the first row. */
    public String query(String url, String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public void execute(String sql) {
        try (Connection connection = connect("search_path=public");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Also works when it is frozen. */
    @Override
    public void close() {
        try {
            if (Files.exists(data.resolve("postmaster.pid"))) {
                thaw();
            }
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
