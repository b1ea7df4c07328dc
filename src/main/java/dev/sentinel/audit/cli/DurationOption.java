package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.Durations;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** An option whose value is a duration. */
final class DurationOption {
    private DurationOption() {}

    /** Throws {@link ParameterException} if the value is not a duration. */
    static Duration parse(CommandSpec command, String option, String value) {
        Duration duration = Durations.parse(value);
        if (duration == null) {
            throw new ParameterException(
                    command.commandLine(), option + " must be a duration such as 30s, 15m, 12h or 90d.");
        }
        return duration;
    }
}
