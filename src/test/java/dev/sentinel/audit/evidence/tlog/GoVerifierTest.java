package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The library of Go's checksum database accepts all that this package writes, and nothing that was changed. */
class GoVerifierTest {
    private static final SigningKey KEY = SigningKey.generate("example.com/log/1", new SecureRandom());

    private static GoVerifier go;

    @TempDir
    private Path directory;

    @BeforeAll
    static void build(@TempDir Path programs) throws Exception {
        go = GoVerifier.build(programs);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 255, 256, 257, 70_000})
    void verify_log_isAccepted(long size) throws Exception {
        LogFiles log = LogFiles.write(directory, KEY, GrowingTree.of(size));
        long[] numbers = LongStream.of(0, 1, 2, 127, 128, 254, 255, 256, 65_535, 65_536, size / 3, size - 1)
                .filter(number -> number < size)
                .distinct()
                .toArray();
        int consistencies = 0;
        for (long number : numbers) {
            log.writeProof(number);
            if (number > 0) { // Go's library proves nothing from an empty tree.
                log.writeConsistency(number);
                consistencies++;
            }
        }
        log.write("text", "a note\n");

        GoVerifier.Result result = go.verify(directory);

        long tiles = (size + 255) / 256 + (size / 256 + 255) / 256 + size / 65_536;
        assertThat(result.output())
                .isEqualTo("entries=%d tiles=%d proofs=%d consistency=%d\n"
                        .formatted(size, tiles, numbers.length, consistencies));
        SignedNote signed = SignedNote.parse(log.readBytes("signed-by-go"));
        assertThat(signed.text()).isEqualTo("a note\n");
        assertThat(signed.verifiedBy(KEY.verifierKey())).isTrue();
        // Ed25519 is deterministic, so the bytes are equal, too.
        assertThat(signed).isEqualTo(new SignedNote("a note\n", List.of(KEY.sign("a note\n"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/000",
                "tile/0/001.p/44",
                "tile/1/000.p/1",
                "tile/entries/000",
                "tile/entries/001.p/44",
                "checkpoint",
                "proofs/7",
                "consistency/100"
            })
    void verify_changedFile_isRefused(String name) throws Exception {
        LogFiles log = LogFiles.write(directory, KEY, GrowingTree.of(300));
        log.writeProof(7);
        log.writeConsistency(100);
        log.write("text", "a note\n");
        assertThat(go.verify(directory).exitCode()).isZero();
        byte[] bytes = log.readBytes(name);
        bytes[bytes.length / 2] ^= 1;
        log.write(name, bytes);

        GoVerifier.Result result = go.verify(directory);

        assertThat(result.exitCode()).as(result.output()).isOne();
    }

    @Test
    void verify_cosignedCheckpoint_isAcceptedAsTheSpecificationSays() throws Exception {
        LogFiles log = LogFiles.write(directory, KEY, GrowingTree.of(5));
        SigningKey witness = SigningKey.generateWitness("witness.example.com/w1", new SecureRandom());
        SignedNote note = SignedNote.parse(log.readBytes("checkpoint"));
        SignedNote cosigned = note.with(List.of(witness.cosign(note.text(), 1_764_331_200)));
        log.write("text", "a note\n");
        log.write("witness.vkey", witness.verifierKey() + "\n");
        log.write("cosigned", cosigned.toString());
        assertThat(go.verify(directory).output()).startsWith("entries=5");

        log.write(
                "cosigned",
                note.with(List.of(witness.cosign("another\n", 1_764_331_200))).toString());
        assertThat(go.verify(directory).exitCode()).isOne();
    }

    /** As while the old key of a log signs beside the new one. */
    @Test
    void verify_checkpointOfTwoKeys_isAcceptedWithEither() throws Exception {
        LogFiles log = LogFiles.write(directory, KEY, GrowingTree.of(5));
        SigningKey next = SigningKey.generate(KEY.verifierKey().name(), new SecureRandom());
        SignedNote note = SignedNote.parse(log.readBytes("checkpoint"));
        SignedNote both = new SignedNote(note.text(), List.of(next.sign(note.text()), KEY.sign(note.text())));
        log.write("checkpoint", both.toString());
        log.write("text", "a note\n");
        for (SigningKey key : List.of(KEY, next)) {
            log.write("log.vkey", key.verifierKey() + "\n");
            log.write("log.key", key.toFileText());
            assertThat(go.verify(directory).output()).startsWith("entries=5");
        }
        log.write("checkpoint", note.with(List.of(next.sign("another\n"))).toString());
        assertThat(go.verify(directory).exitCode()).isOne();
    }

    @Test
    void verify_otherKey_isRefused() throws Exception {
        LogFiles log = LogFiles.write(directory, KEY, GrowingTree.of(5));
        SigningKey other = SigningKey.generate(KEY.verifierKey().name(), new SecureRandom());
        log.write("log.vkey", other.verifierKey() + "\n");

        assertThat(go.verify(directory).output()).contains("checkpoint: ");
    }
}
