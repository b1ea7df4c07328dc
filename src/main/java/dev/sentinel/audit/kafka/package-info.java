/**
 * The plugin for Kafka: destinations {@code kafka:} and {@code kafka+tls:}, and a feed that reads a topic. Packaged
 * with the client of Kafka as {@code target/plugins/kafka}, because that client is as large as two thirds of the
 * server.
 *
 * <p>It uses the client of Apache Kafka itself, on one blocking thread for each destination. What reads a topic relies
 * on an order (see {@code KafkaSender}) for which a batch must end at its first failure; clients that hide the producer
 * behind a stream of records send the rest.
 */
@NullMarked
package dev.sentinel.audit.kafka;

import org.jspecify.annotations.NullMarked;
