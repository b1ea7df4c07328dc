package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Metadata that is written token by token is redacted as metadata that is read. */
final class MetadataWriterTest {
    private final EventRedaction redaction = new EventRedaction(RedactionRules.full(), secret -> {});

    @Test
    void metadata_valuesOfEveryKind_areWrittenAsTheyAre() {
        String json = write(out -> {
            out.text("text", "a\n\"\u00e9");
            out.number("whole", Long.MIN_VALUE);
            out.number("real", 0.5);
            out.name("spelled");
            out.number("1.50e400".toCharArray(), 0, 8);
            out.startArray("list");
            out.literal(true);
            out.literal(null);
            out.startObject();
            out.end();
            out.end();
        });

        assertThat(json)
                .isEqualTo("{\"text\":\"a\\n\\\"\u00e9\",\"whole\":-9223372036854775808,\"real\":0.5,"
                        + "\"spelled\":1.50e400,\"list\":[true,null,{}]}");
        assertThat(redaction.redacted()).isNull();
    }

    /** What is within it leaves nothing, however deep it nests, and what follows is written. */
    @Test
    void metadata_structureUnderSecretName_isReplacedAsAWhole() {
        Consumer<MetadataWriter> content = out -> {
            out.startObject("password");
            out.startArray("old");
            out.startObject();
            out.text("value", "hunter2hunter2");
            out.number("times", 7);
            out.end();
            out.end();
            out.literal(false);
            out.end();
            out.text("after", "x");
        };

        assertThat(write(content)).isEqualTo("{\"password\":\"[REDACTED]\",\"after\":\"x\"}");
        String written = redaction.redacted();
        redaction.clear();
        assertThat(redaction.metadata("{\"password\":{\"old\":[{\"value\":\"hunter2hunter2\"}]},\"after\":\"x\"}"))
                .isEqualTo("{\"password\":\"[REDACTED]\",\"after\":\"x\"}");
        assertThat(redaction.redacted()).isEqualTo(written);
    }

    /** The second event has the names of the first, and its secrets are found, too. */
    @Test
    void metadata_namesSeenBefore_stillHideTheirValues() {
        Consumer<MetadataWriter> content = out -> {
            out.text("api_key", "9f8e7d6c5b4a39281706f5e4d3c2b1a0");
            out.text("city", "Z\u00fcrich");
        };
        String first = write(content);
        redaction.clear();

        assertThat(write(content)).isEqualTo(first).isEqualTo("{\"api_key\":\"[REDACTED]\",\"city\":\"Z\u00fcrich\"}");
        assertThat(redaction.redacted()).contains("/metadata/api_key").doesNotContain("city");
    }

    /** The second reading finds more of each text. */
    @Test
    void metadata_textRedactedTwice_isReportedOnce() {
        write(out -> {
            out.startArray("notes");
            for (int i = 0; i < 150; i++) {
                out.text("password: password: =hunter2x9");
            }
            out.end();
        });

        assertThat(redaction.redacted()).contains("\"count\":150,");
    }

    /** Once a secret is gone, what stands beside it may be one: that is found as in a text. */
    @Test
    void metadata_secrets_areThoseOfItsText() {
        String token = "ghp_" + "a1B2c3D4e5F6".repeat(3);
        String written = write(out -> {
            out.startObject("a " + token);
            out.text("command", "curl -H 'Authorization: Bearer " + token + "' x");
            out.end();
            out.text(token, "1");
        });
        String redacted = redaction.redacted();
        redaction.clear();

        assertThat(written)
                .doesNotContain(token)
                .isEqualTo(redaction.metadata("{\"a " + token + "\":{\"command\":\"curl -H 'Authorization: Bearer "
                        + token + "' x\"},\"" + token + "\":\"1\"}"));
        assertThat(redacted).isEqualTo(redaction.redacted());
    }

    @Test
    void metadata_nameGivenTwice_isNone() {
        assertThat(write(out -> {
                    out.text("a", "1");
                    out.text("a", "2");
                }))
                .isNull();
    }

    @Test
    void extent_written_countsBytesAsTheyAreStored() {
        String json = write(out -> {
            out.text("\u00e9\u00e9", "\n\n\n");
            out.startArray("a");
            out.startArray();
            out.end();
            out.end();
        });

        assertThat(redaction.extent()).isEqualTo(new MetadataExtent(json == null ? 0 : json.length() + 2, 3, 4, 6));
    }

    @Test
    void json_list_hasItsSecretsAndNoBrackets() {
        assertThat(redaction.json(out -> {
                    out.startArray();
                    out.text("password=hunter2hunter2");
                    out.number(1);
                    out.end();
                }))
                .isEqualTo("[\"password=hunter2hunter2\",1]");
        assertThat(redaction.json(out -> out.number(1))).isEqualTo("1");
    }

    private String write(Consumer<MetadataWriter> content) {
        return redaction.metadata(content);
    }
}
