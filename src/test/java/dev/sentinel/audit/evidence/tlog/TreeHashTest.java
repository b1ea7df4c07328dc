package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeHashTest {
    /** The example of the leaf format; tools in Python and Go agree. */
    private static final String ENTRY = "{\"action_type\":\"tool_call\",\"actor\":\"agent\","
            + "\"agent_instance_id\":\"billing-agent-7\","
            + "\"event_id\":\"7d444840-9dc0-4bd1-b245-5ffdce74fad2\",\"latency_ms\":182,"
            + "\"metadata\":\"1a30d9ddfac3175e935e0c63c562f039f5f8168d013532511f49778b4bdd9a1f\",\"received_at\":"
            + "\"2026-11-02T08:05:14.020131Z\",\"resource\":"
            + "\"339e00142b95fe8c4ed0540cc1dc14b6e224359da2fc04d1baf4a572d302c5bd\",\"status\":\"success\","
            + "\"timestamp\":\"2026-11-02T08:05:13.886000Z\",\"trace_id\":\"run-42\",\"v\":1}";

    @Test
    void leaf_entry_isHashOfZeroAndEntry() {
        assertThat(TreeHash.leaf(ENTRY.getBytes(UTF_8)).hex())
                .isEqualTo("c37c91f05de7066539785adb23d4e8f4cca21364a29f285383584fe1f8fb33be");
        // RFC 6962 has no vectors; these are of Certificate Transparency's own tests.
        assertThat(TreeHash.leaf(new byte[0]).hex())
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(TreeHash.EMPTY.hex()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void parse_base64_returnsHash() {
        TreeHash hash = TreeHash.leaf(new byte[] {1});

        assertThat(TreeHash.parse(hash.base64())).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThat(TreeHash.of(hash.bytes())).isEqualTo(hash).isNotEqualTo(TreeHash.EMPTY);
        assertThat(hash.toString()).isEqualTo(hash.base64()).hasSize(44);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAA",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
                "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
                " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA"
            })
    void parse_anyOtherText_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> TreeHash.parse(text));
    }

    @Test
    void at_offset_copiesHash() {
        byte[] two = new byte[64];
        two[63] = 1;

        TreeHash hash = TreeHash.at(two, 32);
        two[63] = 2;

        assertThat(hash.hex()).endsWith("01");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> TreeHash.at(two, 33));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> TreeHash.at(two, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> TreeHash.of(new byte[31]));
    }

    @Test
    void of_arrayChangedLater_keepsValue() {
        byte[] bytes = new byte[32];
        TreeHash hash = TreeHash.of(bytes);

        bytes[0] = 1;
        hash.bytes()[1] = 1;

        assertThat(hash.bytes()).containsOnly(0);
    }
}
