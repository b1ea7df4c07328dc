package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.failure.SocketError;
import dev.sentinel.audit.forward.DeliveryException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What it means that a connection failed. */
final class ConnectFailure {
    private ConnectFailure() {}

    /**
     * A broken certificate needs a person; everything else may pass.
     *
     * @param cause may be a {@link DeliveryException} already
     */
    static DeliveryException of(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof DeliveryException known) {
                return known;
            }
            if (t instanceof CertificateException) {
                return DeliveryException.denied("the certificate is not valid for this host, or nobody trusts it");
            }
        }
        if (cause instanceof SSLException) {
            return DeliveryException.away("TLS could not be agreed upon");
        }
        if (cause instanceof TimeoutException) {
            return DeliveryException.away("no answer in time");
        }
        String reason = SocketError.reason(cause);
        // It may have the address, which the owner of the destination knows.
        return DeliveryException.away("no connection" + (reason == null ? "" : ": " + cut(reason)));
    }

    private static String cut(String text) {
        return text.length() <= 150 ? text : text.substring(0, 150);
    }
}
