package dev.sentinel.audit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sentinel.audit.forward.DeliveryException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

final class AwsFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "400, ProvisionedThroughputExceededException, TRANSIENT",
        "400, ThrottlingException, TRANSIENT",
        "400, KMSThrottlingException, TRANSIENT",
        "400, LimitExceededException, TRANSIENT",
        "400, RequestTimeout, TRANSIENT",
        "409, ConditionalRequestConflict, TRANSIENT",
        "503, SlowDown, TRANSIENT",
        "500, InternalFailure, TRANSIENT",
        "403, AccessDeniedException, DENIED",
        "400, UnrecognizedClientException, DENIED",
        "400, ExpiredTokenException, DENIED",
        "400, KMSAccessDeniedException, DENIED",
        "301, PermanentRedirect, DENIED",
        "404, NoSuchBucket, DENIED",
    })
    void of_answerOfAService_saysWhetherItPasses(int status, String code, DeliveryException.Kind kind) {
        DeliveryException failure = AwsFailures.of(AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("why")
                        .build())
                .build());

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessage("HTTP " + status + " " + code + ": why");
    }

    /** The SDK lists where it has looked, which is longer than the field. */
    @ParameterizedTest
    @CsvSource({
        "Unable to load region from any of the providers in the chain [], no region: give the option region",
        "Unable to load credentials from any of the providers in the chain [], no credentials: neither in the"
    })
    void of_missingSetting_saysWhatToDo(String message, String shown) {
        DeliveryException failure = AwsFailures.of(SdkClientException.create(message));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessageStartingWith(shown);
    }

    @Test
    void of_unknownAuthority_isDenied() {
        Exception tls = new SSLHandshakeException("PKIX path building failed");
        tls.initCause(new CertificateException("unable to find valid certification path"));

        assertThat(AwsFailures.of(SdkClientException.create("Unable to execute HTTP request", tls))
                        .kind())
                .isEqualTo(DeliveryException.Kind.DENIED);
    }

    @Test
    void of_brokenCertificate_namesTheOption() {
        String broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

        DeliveryException failure = AwsFailures.of(catchThrowable(() -> AwsTrust.of(broken)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage("ca must be certificates in PEM");
    }
}
