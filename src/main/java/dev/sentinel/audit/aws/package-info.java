/**
 * The plugin for AWS: destinations {@code kinesis:}, {@code s3:} and {@code dynamodb:}. Packaged with the clients of
 * AWS as {@code target/plugins/aws}.
 *
 * <p>It uses the blocking clients of the SDK on one thread for each destination, with the HTTP client of the JDK. Those
 * that do not block need another version of Netty than the server has.
 */
@NullMarked
package dev.sentinel.audit.aws;

import org.jspecify.annotations.NullMarked;
