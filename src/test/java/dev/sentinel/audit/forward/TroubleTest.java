package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.DestinationState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The usual times, with a clock of the test's own. */
final class TroubleTest {
    private final DeliveryException away = DeliveryException.away("HTTP 503");
    private final DeliveryException denied = DeliveryException.denied("HTTP 401");

    private long nanos = Long.MAX_VALUE - 5;
    private final Trouble trouble = trouble(DestinationState.RUNNING);

    private Trouble trouble(DestinationState before) {
        return new Trouble(Timing.USUAL, before, null, () -> 0.5, () -> nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void failed_forTenMinutes_isFailing() {
        trouble.failed(away);
        pass(Duration.ofMinutes(10).minusMillis(1));
        trouble.failed(away);
        assertThat(trouble.state()).isEqualTo(DestinationState.RUNNING);

        pass(Duration.ofMillis(1));
        trouble.failed(away);

        assertThat(trouble.state()).isEqualTo(DestinationState.FAILING);
        assertThat(trouble.error()).isEqualTo("HTTP 503");
    }

    @Test
    void failed_successBetween_beginsAgain() {
        trouble.failed(away);
        pass(Duration.ofMinutes(9));
        trouble.end();
        trouble.failed(away);
        pass(Duration.ofMinutes(9));

        trouble.failed(away);

        assertThat(trouble.state()).isEqualTo(DestinationState.RUNNING);
    }

    @Test
    void denied_threeTimesInFiveMinutes_stops() {
        assertThat(trouble.failed(denied)).isEqualTo(Duration.ofSeconds(30));
        trouble.failed(denied);
        pass(Duration.ofMinutes(5));

        assertThat(trouble.failed(denied)).isEqualTo(Duration.ofMinutes(15));

        assertThat(trouble.state()).isEqualTo(DestinationState.STOPPED);
    }

    @Test
    void denied_threeTimesInMore_goesOn() {
        trouble.failed(denied);
        pass(Duration.ofMinutes(3));
        trouble.failed(denied);
        pass(Duration.ofMinutes(3));

        trouble.failed(denied);

        assertThat(trouble.state()).isEqualTo(DestinationState.RUNNING);
    }

    /** Another failure while it looks again does not make it hurry. */
    @Test
    void stopped_anyFailure_staysStoppedUntilASuccess() {
        Trouble stopped = trouble(DestinationState.STOPPED);

        assertThat(stopped.failed(away)).isEqualTo(Duration.ofMinutes(15));
        assertThat(stopped.state()).isEqualTo(DestinationState.STOPPED);
        stopped.end();
        assertThat(stopped.state()).isEqualTo(DestinationState.RUNNING);
    }

    @Test
    void failed_unknownException_showsNoMessage() {
        trouble.failed(new IllegalStateException("password=hunter2"));

        assertThat(trouble.error()).isEqualTo("IllegalStateException");
    }
}
