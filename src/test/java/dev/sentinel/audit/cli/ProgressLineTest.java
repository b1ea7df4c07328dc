package dev.sentinel.audit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.migrate.MigrationProgress.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
    private final StringWriter text = new StringWriter();
    private long now;

    @Test
    void at_notATerminal_printsALineEveryFewSeconds() {
        ProgressLine line = new ProgressLine(new PrintWriter(text), false, () -> now);

        line.begin(Phase.COPY, 1_000, 11_000);
        after(Duration.ofSeconds(1));
        line.at(2_000);
        after(Duration.ofSeconds(1));
        line.at(3_000);
        line.end();

        assertThat(text.toString().lines())
                .containsExactly(
                        "migrate: phase=copy events=3000 of=11000 percent=27 rate=1000/s left=8s",
                        "migrate: phase=copy events=3000 of=11000 percent=27 rate=1000/s left=8s");
    }

    @Test
    void at_terminal_redrawsOneLine() {
        ProgressLine line = new ProgressLine(new PrintWriter(text), true, () -> now);

        line.begin(Phase.VERIFY, 0, 2_000);
        after(Duration.ofSeconds(1));
        line.at(1_000);
        line.end();

        assertThat(text.toString())
                .contains("\rverify [############------------]  50 %  1,000 of 2,000  1,000/s  1 s left")
                .endsWith(System.lineSeparator());
        assertThat(text.toString().lines().filter(shown -> !shown.isEmpty()))
                .as("text between line breaks, including carriage returns")
                .hasSize(3);
    }

    @Test
    void begin_nothingToDo_isComplete() {
        ProgressLine line = new ProgressLine(new PrintWriter(text), false, () -> now);

        line.begin(Phase.COPY, 0, 0);
        line.end();

        assertThat(text).hasToString("migrate: phase=copy events=0 of=0 percent=100 rate=0/s left=0s\n");
    }

    private void after(Duration time) {
        now += time.toNanos();
    }
}
