package dev.sentinel.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format of log lines, for operators and log collectors. */
final class LogFormatTest {
    @Test
    void text_line_hasTimeLevelAndName() {
        assertThat(format("text", "ready port=8000", null))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  Sentinel ready port=8000\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nb", "a\u001b[31mb", "a\0b", "a\u0085b", "a\u2028b", "a\u007fb"})
    void text_controlCharacters_cannotForgeALineOrSteerATerminal(String message) {
        String line = format("text", message, null);

        assertThat(line.lines()).hasSize(1);
        assertThat(line.strip())
                .doesNotContain("\u001b", "\0", "\u0085", "\u2028", "\u007f")
                .endsWith("b");
    }

    @Test
    void text_exception_keepsItsLines() {
        assertThat(format("text", "failed", new IllegalStateException("of\u001b[31m course"))
                        .lines())
                .hasSizeGreaterThan(2)
                .noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void json_line_isOneObject() {
        JsonObject line = new JsonObject(format("json", "a\nb", new IllegalStateException("of course")));

        assertThat(line.fieldNames()).contains("@timestamp", "level", "logger_name", "thread_name", "stack_trace");
        assertThat(line.getString("message")).isEqualTo("a\nb");
    }

    private static String format(String format, String message, Throwable cause) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("LOG_FORMAT", format);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
        Logger logger = context.getLogger(Sentinel.class);
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDOUT");
        try {
            return new String(
                    console.getEncoder().encode(new LoggingEvent("", logger, Level.INFO, message, cause, null)), UTF_8);
        } finally {
            context.stop();
        }
    }
}
