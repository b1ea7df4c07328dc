package dev.sentinel.audit.kafka;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * How to reach a topic. Immutable, any thread.
 *
 * @param name of the client
 * @param topic the topic, which exists
 * @param compression of batches, in the words of Kafka
 * @param client the configuration that clients of every kind share; holds secrets
 */
record KafkaSettings(String name, String topic, String compression, Map<String, Object> client) {
    static final String PLAIN = "kafka";
    static final String TLS = "kafka+tls";

    static final String SASL = "sasl";
    static final String USER = "user";
    static final String PASSWORD = "password";
    /** PEM certificates that are trusted instead of those of the JDK. */
    static final String CA = "ca";

    static final String COMPRESSION = "compression";
    static final String DELIVERY = "delivery";
    static final String CHECKPOINTS = "checkpoints";

    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");
    private static final List<String> COMPRESSIONS = List.of("lz4", "gzip", "snappy", "zstd", "none");

    private static final Pattern SERVERS = Pattern.compile(
            "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}(,([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5})*");

    /** Names that Kafka allows. */
    private static final Pattern TOPIC = Pattern.compile("/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    private static final int REQUEST_TIMEOUT_MS = 30_000;
    private static final int ADMIN_REQUEST_TIMEOUT_MS = 4_000;
    private static final int ADMIN_TIMEOUT_MS = 5_000;

    /** For metadata and for memory; then the batch fails. */
    private static final int MAX_BLOCK_MS = 5_000;

    private static final int LINGER_MS = 5;
    private static final int BATCH_BYTES = 256 << 10;

    /** Four times the largest batch of events. */
    private static final int BUFFER_BYTES = 4 << 20;

    /** Far above what an event has: the topic sets the limit. */
    private static final int MAX_REQUEST_BYTES = 8 << 20;

    /** How long the partitions of a server that was killed wait: the shortest that brokers allow by default. */
    private static final int SESSION_TIMEOUT_MS = 6_000;

    private static final int MAX_POLL_RECORDS = 1_000;
    private static final int FETCH_BYTES = 4 << 20;

    KafkaSettings {
        client = Map.copyOf(client);
    }

    /**
     * Reads the settings. Throws {@link IllegalArgumentException}, which names the option.
     *
     * @param options with the secrets
     */
    static KafkaSettings of(String name, URI url, Map<String, String> options) {
        String servers = url.getRawAuthority();
        if (servers == null || !SERVERS.matcher(servers).matches()) {
            throw new IllegalArgumentException(
                    "the URL must name brokers with their ports, and a topic, such as kafka://broker-1:9092/events");
        }
        String path = url.getRawPath();
        if (path == null || !TOPIC.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "the path of the URL must be a topic: up to 249 letters, digits, dots, - and _");
        }
        Map<String, Object> client = new HashMap<>();
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        client.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sentinel-" + name);
        client.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "10000");
        // The server has metrics of its own, for operators that do not run the brokers.
        client.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        client.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
        client.putAll(security(options, TLS.equals(url.getScheme())));
        return new KafkaSettings(name, path.substring(1), oneOf(options, COMPRESSION, COMPRESSIONS), client);
    }

    private static Map<String, Object> security(Map<String, String> options, boolean tls) {
        Map<String, Object> security = new HashMap<>();
        String user = options.getOrDefault(USER, "");
        String password = options.getOrDefault(PASSWORD, "");
        String ca = options.getOrDefault(CA, "").strip();
        String protocol = tls ? "SSL" : "PLAINTEXT";
        if (user.isEmpty() != password.isEmpty() || (user.isEmpty() && options.containsKey(SASL))) {
            throw new IllegalArgumentException("user and password must be given together, for sasl");
        }
        if (!user.isEmpty()) {
            String mechanism = oneOf(options, SASL, MECHANISMS);
            if (mechanism.equals("PLAIN") && !tls) {
                throw new IllegalArgumentException("sasl=PLAIN would show the password to the network; use " + TLS);
            }
            String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            security.put(SaslConfigs.SASL_MECHANISM, mechanism);
            security.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "org.apache.kafka.common.security." + module + " required username=" + quoted(USER, user)
                            + " password=" + quoted(PASSWORD, password) + ";");
            protocol = "SASL_" + protocol;
        }
        if (!ca.isEmpty()) {
            if (!tls || !ca.contains("-----BEGIN CERTIFICATE-----")) {
                throw new IllegalArgumentException("ca must be certificates in PEM, for " + TLS);
            }
            security.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            security.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, ca);
        }
        security.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
        return security;
    }

    static String oneOf(Map<String, String> options, String option, List<String> values) {
        String value = options.getOrDefault(option, values.get(0));
        if (!values.contains(value)) {
            throw new IllegalArgumentException(option + " must be one of " + String.join(", ", values));
        }
        return value;
    }

    /** A value of a JAAS configuration, as the tokenizer of Kafka reads it. */
    private static String quoted(String option, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(option + " must not have control characters");
        }
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Of a client that asks about the topic. */
    Map<String, Object> admin() {
        Map<String, Object> admin = new HashMap<>(client);
        admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_REQUEST_TIMEOUT_MS);
        admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        return admin;
    }

    /**
     * Of a producer that keeps the order of each partition whatever happens to its connections: it never gives up a
     * batch to go on with the next one.
     *
     * @param maxBytes of a batch of records that the topic takes
     */
    Map<String, Object> producer(int maxBytes) {
        Map<String, Object> producer = new HashMap<>(client);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        producer.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        producer.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, maxBytes));
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        return producer;
    }

    /**
     * Of a producer that writes in transactions. Of two with the same name, the brokers let only the newer one write.
     *
     * @param maxBytes of a batch of records that the topic takes
     */
    Map<String, Object> transactional(int maxBytes, String transactions) {
        Map<String, Object> producer = producer(maxBytes);
        producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactions);
        return producer;
    }

    /** The same brokers, another topic. */
    KafkaSettings of(String other) {
        return new KafkaSettings(name, other, compression, client);
    }

    /**
     * Of a consumer that says itself what is done.
     *
     * @param group of the servers that share the partitions
     */
    Map<String, Object> consumer(String group) {
        Map<String, Object> consumer = new HashMap<>(client);
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3);
        // Of a group that has read nothing yet: what is in the topic is not lost.
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        consumer.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return consumer;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return name + " " + topic;
    }
}
