package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.DeliveryException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What errors of AWS mean to a destination. */
final class AwsFailures {
    private static final int MAX_MESSAGE = 200;

    /** With a status of 4xx, although nobody needs to act: the service is busy, or something is being changed. */
    private static final Set<String> PASSING =
            Set.of("LimitExceededException", "ResourceInUseException", "RequestTimeout");

    private AwsFailures() {}

    /** @param cause may be a {@link DeliveryException} already */
    static DeliveryException of(Throwable cause) {
        if (cause instanceof DeliveryException known) {
            return known;
        }
        if (cause instanceof AwsServiceException service) {
            return of(service);
        }
        if (cause instanceof IllegalArgumentException) {
            return DeliveryException.denied(cut(String.valueOf(cause.getMessage())));
        }
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return DeliveryException.denied("the certificate is not valid for this host, or nobody trusts it");
            }
            if (t instanceof UnknownHostException) {
                return DeliveryException.away("no address of the host: " + cut(String.valueOf(t.getMessage())));
            }
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof SdkClientException && message.startsWith("Unable to load region")) {
            return DeliveryException.denied("no region: give the option region, or set AWS_REGION");
        }
        if (cause instanceof SdkClientException && message.startsWith("Unable to load credentials")) {
            return DeliveryException.denied(
                    "no credentials: neither in the environment nor in a profile, and the machine has no role");
        }
        return DeliveryException.away(cut(cause.getClass().getSimpleName() + ": " + message));
    }

    private static DeliveryException of(AwsServiceException cause) {
        String code =
                cause.awsErrorDetails() == null ? "" : cause.awsErrorDetails().errorCode();
        String text =
                cause.awsErrorDetails() == null ? "" : cause.awsErrorDetails().errorMessage();
        String message = cut("HTTP " + cause.statusCode() + (code == null || code.isEmpty() ? "" : " " + code)
                + (text == null || text.isEmpty() ? "" : ": " + text));
        boolean passes = cause.isThrottlingException()
                || cause.statusCode() >= 500
                || cause.statusCode() == 408
                || cause.statusCode() == 409
                || cause.statusCode() == 429
                || (code != null && (PASSING.contains(code) || code.contains("Throttl")));
        return passes ? DeliveryException.away(message) : DeliveryException.denied(message);
    }

    /** As much of a message as people are shown. */
    static String cut(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }
}
