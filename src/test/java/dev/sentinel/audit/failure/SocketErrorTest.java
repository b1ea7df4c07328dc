package dev.sentinel.audit.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sentinel.audit.RunningServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketErrorTest {
    @Test
    void reason_ofEitherTransport_isThatOfTheSystem() {
        assertThat(SocketError.reason(new BindException("Address already in use")))
                .isEqualTo("Address already in use");
        assertThat(SocketError.reason(
                        new IOException("finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:1")))
                .isEqualTo("Connection refused: /127.0.0.1:1");
        assertThat(SocketError.reason(new IOException())).isNull();
        assertThat(SocketError.isOfBinding(new IOException("connect(..) failed with error(-1): x")))
                .isFalse();
    }

    /** On the transport of this machine. */
    @Test
    void isOfBinding_portTaken_isTrue(@TempDir Path directory) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Throwable cause = catchThrowable(() -> RunningServer.start(directory, Map.of("PORT", port)));

            assertThat(SocketError.isOfBinding(cause)).isTrue();
            assertThat(SocketError.reason(cause)).isEqualTo("Address already in use");
        }
    }
}
