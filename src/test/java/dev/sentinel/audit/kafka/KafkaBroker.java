package dev.sentinel.audit.kafka;

import dev.sentinel.audit.redis.RedisServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A real broker of Kafka as a process of its own, which is its own controller. The build writes the class path of its
 * jars, which are not on the class path of the tests.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration START = Duration.ofSeconds(60);
    private static final String USER = "sentinel";
    private static final String PASSWORD = "pass\"word\\1";

    private final Path directory;
    private final int port;
    private final int securePort;
    private Process process;

    private KafkaBroker(Path directory, int port, int securePort) {
        this.directory = directory;
        this.port = port;
        this.securePort = securePort;
    }

    /** Starts a broker without encryption. */
    public static KafkaBroker start(Path directory) throws IOException, InterruptedException {
        return start(directory, "");
    }

    /**
     * Starts a broker that also has a port with TLS and SCRAM.
     *
     * @param pem certificate and key of the broker
     */
    static KafkaBroker startSecure(Path directory, Path pem) throws IOException, InterruptedException {
        return start(directory, """
                ssl.keystore.type=PEM
                ssl.keystore.location=%s
                sasl.enabled.mechanisms=SCRAM-SHA-512
                listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\\
                org.apache.kafka.common.security.scram.ScramLoginModule required;
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                allow.everyone.if.no.acl.found=true
                """.formatted(pem));
    }

    private static KafkaBroker start(Path directory, String security) throws IOException, InterruptedException {
        int port = RedisServer.freePort();
        int controller = RedisServer.freePort();
        int secure = security.isEmpty() ? 0 : RedisServer.freePort();
        String also = security.isEmpty() ? "" : ",SASL_SSL://" + LOOPBACK + ":" + secure;
        Files.createDirectories(directory);
        // Brokers of many users make topics on demand.
        Files.writeString(
                directory.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d%3$s
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d%3$s
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
                log.dirs=%4$s/data
                auto.create.topics.enable=true
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.retention.ms=-1
                """.formatted(port, controller, also, directory) + security);
        KafkaBroker broker = new KafkaBroker(directory, port, secure);
        List<String> format =
                List.of("kafka.tools.StorageTool", "format", "-t", clusterId(), "-c", directory + "/server.properties");
        if (broker.java("format.log", format).waitFor() != 0) {
            throw new AssertionError(Files.readString(directory.resolve("format.log")));
        }
        broker.restart();
        if (!security.isEmpty()) {
            broker.makeUser();
        }
        return broker;
    }

    private void makeUser() throws InterruptedException {
        ScramCredentialInfo kind = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096);
        try (Admin admin = Admin.create(client())) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(USER, kind, PASSWORD)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts the broker again after {@link #kill}. */
    public void restart() throws IOException, InterruptedException {
        process = java("broker.log", List.of("kafka.Kafka", directory + "/server.properties"));
        long end = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new AssertionError(Files.readString(directory.resolve("broker.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String clusterId() {
        byte[] id = new byte[16];
        id[0] = 1;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    private Process java(String log, List<String> arguments) throws IOException {
        String jars =
                Files.readString(Path.of("target", "kafka-broker.classpath")).strip();
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlog4j2.level=WARN",
                "-cp",
                jars.replace(':', File.pathSeparatorChar)));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.resolve(log).toFile()))
                .start();
    }

    /** {@code host:port} of the listener without encryption. */
    public String address() {
        return LOOPBACK + ":" + port;
    }

    String secureAddress() {
        return LOOPBACK + ":" + securePort;
    }

    static String user() {
        return USER;
    }

    static String password() {
        return PASSWORD;
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", address(), "metric.reporters", "");
    }

    /** Makes a topic with this configuration. */
    public void makeTopic(String topic, int partitions, Map<String, String> configuration)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client())) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configuration)))
                    .all()
                    .get();
        }
    }

    /** From now on, only this user may use the resource. */
    void allowOnly(String user, ResourceType type, String name) throws ExecutionException, InterruptedException {
        AclBinding binding = new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", AclOperation.ALL, AclPermissionType.ALLOW));
        try (Admin admin = Admin.create(client())) {
            admin.createAcls(List.of(binding)).all().get();
        }
    }

    /** Sets the offset of a group in the first partition of a topic, as tools do. */
    void setOffset(String group, String topic, long offset) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client())) {
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }

    Set<String> topics() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client())) {
            return new HashSet<>(admin.listTopics().names().get());
        }
    }

    /** All records of a topic; those of a partition in their order. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<String, Object> settings = new HashMap<>(client());
        settings.put("enable.auto.commit", "false");
        settings.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
            }
        }
        return all;
    }

    /** SIGSTOP: connections stay open, nothing answers. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
