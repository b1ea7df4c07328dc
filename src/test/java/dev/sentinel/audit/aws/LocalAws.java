package dev.sentinel.audit.aws;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.sentinel.audit.redis.RedisServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A server from npm that speaks as a service of AWS does, as a process of its own. Aborts the tests where there is no
 * Node.js that can run it, or where the registry of npm is away.
 */
public final class LocalAws implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/node-aws");
    private static final Path INSTALLED = Path.of("target/node-aws");
    private static final Duration START = Duration.ofSeconds(30);
    private static final int INSTALL_SECONDS = 120;
    public static final String REGION = "eu-central-1";

    /** Options of destinations that use it. */
    public static final Map<String, String> USER = Map.of(
            "region", REGION, "access_key", "AKIDEXAMPLE", "secret_key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    private final Process process;
    private final int port;

    private LocalAws(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * A Kinesis.
     *
     * @param streams with the numbers of their shards: {@code events:4,others:1}
     */
    public static LocalAws kinesis(Path directory, String streams) throws Exception {
        install();
        int port = RedisServer.freePort();
        return start(
                directory,
                port,
                List.of("kinesis-local/main.js"),
                Map.of(
                        "KINESIS_MOCK_CERT_PATH",
                        INSTALLED
                                .resolve("node_modules/kinesis-local/server.json")
                                .toAbsolutePath()
                                .toString(),
                        "KINESIS_MOCK_PLAIN_PORT",
                        Integer.toString(port),
                        "KINESIS_MOCK_TLS_PORT",
                        "0",
                        "LOG_LEVEL",
                        "ERROR",
                        "INITIALIZE_STREAMS",
                        streams.replaceAll("(:[0-9]+)", "$1:" + REGION)));
    }

    /** A DynamoDB without tables. */
    static LocalAws dynamo(Path directory) throws Exception {
        install();
        int port = RedisServer.freePort();
        return start(
                directory,
                port,
                List.of(
                        "dynalite/cli.js",
                        "--host",
                        "127.0.0.1",
                        "--createTableMs",
                        "0",
                        "--port",
                        Integer.toString(port)),
                Map.of());
    }

    /** Several processes run tests. */
    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        try (RandomAccessFile file =
                        new RandomAccessFile(INSTALLED.resolve(".lock").toFile(), "rw");
                FileLock lock = file.getChannel().lock()) {
            assert lock.isValid();
            Path versions = INSTALLED.resolve("package-lock.json");
            if (Files.exists(versions)
                    && Files.mismatch(versions, SOURCES.resolve("package-lock.json")) < 0
                    && Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
                return;
            }
            for (String name : List.of("package.json", "package-lock.json")) {
                Files.copy(SOURCES.resolve(name), INSTALLED.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            Path log = INSTALLED.resolve("npm.log");
            Process npm = new ProcessBuilder(
                            "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                npm.destroyForcibly().waitFor();
                abort("npm did not install the servers in time");
            }
            if (npm.exitValue() != 0) {
                abort("npm could not install the servers: " + Files.readString(log, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            abort("this machine has no Node.js with npm: " + e.getMessage());
        }
    }

    private static LocalAws start(Path directory, int port, List<String> script, Map<String, String> environment)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path log = directory.resolve("node-" + port + ".log");
        List<String> command = new ArrayList<>(script);
        command.set(
                0,
                INSTALLED
                        .resolve("node_modules")
                        .resolve(script.get(0))
                        .toAbsolutePath()
                        .toString());
        command.add(0, "node");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = started(builder);
        LocalAws server = new LocalAws(process, port);
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            if (server.listens()) {
                return server;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        process.destroyForcibly();
        abort("this Node.js cannot run " + script.get(0) + ": " + Files.readString(log));
        throw new AssertionError("aborted");
    }

    private static Process started(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            abort("this machine has no Node.js: " + e.getMessage());
            throw new AssertionError("aborted", e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** For the option {@code endpoint}. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** A client with the defaults of the SDK. */
    public KinesisClient kinesisClient() {
        return KinesisClient.builder()
                .endpointOverride(URI.create(endpoint()))
                .region(Region.of(REGION))
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** A client with the defaults of the SDK. */
    DynamoDbClient dynamoClient() {
        return DynamoDbClient.builder()
                .endpointOverride(URI.create(endpoint()))
                .region(Region.of(REGION))
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(USER.get("access_key"), USER.get("secret_key")));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
