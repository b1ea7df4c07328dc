package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierKeyTest {
    /** Of Go's checksum database. */
    private static final String SUM_DB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

    private static final String CHECKPOINT = "example.com/log/1\n0\n" + TreeHash.EMPTY.base64() + "\n";

    @Test
    void parse_vkeyOfGo_returnsIt() {
        VerifierKey key = VerifierKey.parse(SUM_DB);

        assertThat(key.name()).isEqualTo("sum.golang.org");
        assertThat(key.keyId()).isEqualTo(0x033de0ae);
        assertThat(key.algorithm()).isEqualTo(VerifierKey.ED25519);
        assertThat(key.publicKey()).hasSize(32);
        assertThat(key.isSupported()).isTrue();
        assertThat(key).hasToString(SUM_DB).isEqualTo(VerifierKey.parse(SUM_DB));
        assertThat(VerifierKey.parse(SUM_DB.replace("033de0ae", "033DE0AE"))).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sum.golang.org",
                "sum.golang.org+033de0ae",
                "sum.golang.org+033de0ae+",
                "sum.golang.org+033de0ae+AQ==",
                "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "sum.golang.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "sum.golang.org+33de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "sum.golang.org+0033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "sum.golang.org+033de0ag+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn9",
                "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuA==",
                "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n",
                " sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
            })
    void parse_anyOtherText_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> VerifierKey.parse(text));
    }

    @Test
    void parse_bytesThatAreNoPoint_areRefused() {
        byte[] noPoint = new byte[32];
        noPoint[0] = 2; // No point of the curve has this y.

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> VerifierKey.parse(TestWitness.vkey("a", VerifierKey.ED25519, noPoint)))
                .withMessageContaining("not an Ed25519 key");
    }

    @Test
    void verifies_unsupportedAlgorithm_neverDoes() {
        VerifierKey key = VerifierKey.parse(TestWitness.vkey("w", VerifierKey.ML_DSA_44_COSIGNATURE, new byte[1_312]));

        assertThat(key.isSupported()).isFalse();
        assertThat(key.verifies(CHECKPOINT.getBytes(UTF_8), new byte[2_428])).isFalse();
        assertThat(VerifierKey.parse(key.toString())).isEqualTo(key);
        // An unknown algorithm is like an unknown key, which must be ignored.
        SignedNote note = new SignedNote(CHECKPOINT, List.of(new NoteSignature("w", key.keyId(), new byte[2_428])));
        assertThat(note.verdictOf(key)).isEqualTo(SignedNote.Verdict.ABSENT);
    }

    @Test
    void verifies_cosignature_coversTimeAndCheckpoint() {
        TestWitness signer = new TestWitness("witness.example/w1");
        VerifierKey witness = signer.key();
        byte[] cosignature = signer.cosign(CHECKPOINT, 1_679_315_147).signature();
        byte[] text = CHECKPOINT.getBytes(UTF_8);

        assertThat(witness.verifies(text, cosignature)).isTrue();

        assertThat(witness.verifies(CHECKPOINT.replace("log/1", "log/2").getBytes(UTF_8), cosignature))
                .isFalse();
        for (int i : new int[] {0, 7, 8, 71}) {
            byte[] changed = cosignature.clone();
            changed[i] ^= 1;
            assertThat(witness.verifies(text, changed)).as("byte %d", i).isFalse();
        }
        assertThat(witness.verifies(text, Arrays.copyOfRange(cosignature, 8, 72)))
                .isFalse();
        assertThat(witness.verifies(text, Arrays.copyOf(cosignature, 73))).isFalse();
        assertThat(witness.verifies(text, new byte[0])).isFalse();
        // A plain signature of the same key is no cosignature, and the other way around.
        assertThat(witness.verifies(text, TestWitness.timestamped(5, signer.sign(CHECKPOINT))))
                .isFalse();
        VerifierKey plain =
                VerifierKey.parse(TestWitness.vkey("witness.example/w1", VerifierKey.ED25519, signer.publicKey()));
        assertThat(plain.verifies(text, cosignature)).isFalse();
        assertThat(plain.keyId()).isNotEqualTo(witness.keyId());
        // The specification limits the time to 63 bits.
        assertThat(witness.verifies(text, signer.cosign(CHECKPOINT, -1).signature()))
                .isFalse();
    }
}
