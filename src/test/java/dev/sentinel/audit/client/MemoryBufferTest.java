package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MemoryBufferTest {
    private final MemoryBuffer buffer = new MemoryBuffer(100, 100_000);

    @Test
    void untakenBytes_offered_countsLines() {
        buffer.offer(new byte[99]);
        buffer.offer(new byte[199]);

        assertThat(buffer.untakenBytes()).isEqualTo(300);
    }

    @Test
    void untakenBytes_taken_isZeroBeforeAndAfterCompletion() {
        buffer.offer(new byte[99]);
        buffer.offer(new byte[199]);
        Batch batch = Objects.requireNonNull(buffer.take(10, 1_000));

        assertThat(buffer.untakenBytes()).isZero();
        buffer.complete(batch);
        assertThat(buffer.untakenBytes()).isZero();
        assertThat(buffer.pendingBytes()).isZero();
    }

    @Test
    void take_moreThanOneBatch_reportsFull() {
        for (int i = 0; i < 5; i++) {
            buffer.offer(new byte[99]);
        }

        assertThat(buffer.take(2, 1_000)).extracting(Batch::full).isEqualTo(true);
        assertThat(buffer.take(10, 250))
                .extracting(batch -> batch.events().size(), Batch::full)
                .containsExactly(2, true);
        assertThat(buffer.take(10, 250))
                .extracting(batch -> batch.events().size(), Batch::full)
                .containsExactly(1, false);
    }
}
