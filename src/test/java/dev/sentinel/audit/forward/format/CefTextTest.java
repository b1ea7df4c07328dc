package dev.sentinel.audit.forward.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.model.EventStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class CefTextTest {
    /** The beginning of a field: a value has no equals sign without a backslash before it. */
    private static final Pattern NAME = Pattern.compile("(?:^| )(\\w+)=");

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void of_anyEvent_parsesBack(@ForAll long seed) {
        StoredEvent event = SampleBatches.random(seed, 12, 1).events().get(0);

        String text = CefText.of(event);

        assertThat(text.chars()).noneMatch(Character::isISOControl);
        Map<String, String> fields = fields(text);
        AuditEvent sent = event.event();
        assertThat(fields)
                .containsEntry("externalId", sent.eventId().toString())
                .containsEntry("cn1Label", "seq")
                .containsEntry("cn1", "12")
                .containsEntry("cs3", visible(sent.resource()))
                .containsEntry("cs5", visible(sent.metadata()));
    }

    @Test
    void of_deniedEvent_hasTheHeaderOfTheFormat() {
        StoredEvent event = SampleBatches.of(
                        4, SampleBatches.event().status(EventStatus.DENIED).build())
                .events()
                .get(0);

        assertThat(CefText.of(event))
                .startsWith("CEF:0|Sentinel|Sentinel|1|tool_call|tool_call denied|6|rt=1793606713886 externalId=");
    }

    private static String visible(String text) {
        StringBuilder visible = new StringBuilder(text);
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            if (Character.isISOControl(c) && c != '\n' && c != '\r') {
                visible.setCharAt(i, ' ');
            }
        }
        return visible.toString();
    }

    private static Map<String, String> fields(String text) {
        String[] parts = text.split("\\|", 8);
        assertThat(parts).hasSize(8);
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher name = NAME.matcher(parts[7]);
        boolean found = name.find();
        while (found) {
            String key = name.group(1);
            int begin = name.end();
            found = name.find();
            fields.put(key, unescaped(parts[7].substring(begin, found ? name.start() : parts[7].length())));
        }
        return fields;
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            plain.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
        }
        return plain.toString();
    }
}
