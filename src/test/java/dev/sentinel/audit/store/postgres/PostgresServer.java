package dev.sentinel.audit.store.postgres;

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

/** A real PostgreSQL on this machine, that can be broken. As safe as an operator's: fsync is on. */
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

    /** Starts one that all tests of this JVM share; it ends with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** The same, of the oldest version that is supported. Aborts the test on machines for which there is none. */
    public static PostgresServer oldest() {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        Assumptions.assumeTrue(platform.equals("Linux amd64"), "no old PostgreSQL for " + platform);
        return Oldest.SERVER;
    }

    private static final class Shared {
        static final PostgresServer SERVER = startShared(EmbeddedPostgres.builder());

        private static PostgresServer startShared(EmbeddedPostgres.Builder builder) {
            try {
                Path parent = Files.createTempDirectory("sentinel-postgres");
                PostgresServer started = start(parent, Map.of("max_prepared_transactions", "10"), builder);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    started.close();
                    delete(parent);
                }));
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
        /** Put there by the build. */
        static final Path BINARIES = Path.of("target", "oldest-postgres", "postgres-linux-x86_64.txz");

        static final PostgresServer SERVER = Shared.startShared(
                EmbeddedPostgres.builder().setPgBinaryResolver((os, arch) -> Files.newInputStream(BINARIES)));
    }

    /** Starts one in a new directory below this one. */
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

    /** Begins anew on the same port with the same data, after {@link #stop} or {@link #kill}. */
    public void startAgain() throws IOException {
        server = builder.setPort(server.getPort()).start();
    }

    public void stop() throws IOException {
        server.close();
    }

    /** SIGKILL for all its processes; what is not on disk is gone. */
    public void kill() throws InterruptedException, IOException {
        List<ProcessHandle> processes = freeze();
        signal("KILL", processes);
        for (ProcessHandle process : processes) {
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
        Files.delete(data.resolve("postmaster.pid"));
        // For its lock on the directory.
        server.close();
    }

    /** SIGSTOP: connections stay open, nothing answers. */
    public List<ProcessHandle> freeze() throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        // First, so that it makes no more of them.
        signal("STOP", List.of(postmaster));
        List<ProcessHandle> processes =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        signal("STOP", processes);
        return processes;
    }

    /** SIGCONT. */
    public void thaw() throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        signal(
                "CONT",
                Stream.concat(postmaster.descendants(), Stream.of(postmaster)).toList());
    }

    /** Whether it has not ended by itself. */
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

    /** One of them may have ended by itself meanwhile. */
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

    /** Makes an empty schema and returns what to configure for it. */
    public String newSchema() {
        String schema = "s" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE SCHEMA " + schema);
        return url(schema);
    }

    /** What to configure for a schema. */
    public String url(String schema) {
        return "postgresql://" + USER + ":irrelevant@localhost:" + port() + "/postgres?sslmode=disable&search_path="
                + schema;
    }

    /** A session of its own, in the schema of a configured URL. */
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

    /** Also when it is frozen. */
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
