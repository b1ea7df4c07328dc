package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlogProofTest {
    private static final SigningKey KEY = SigningKey.generate("example.com/log/1", new SecureRandom());
    private static final GrowingTree TREE = GrowingTree.of(300);
    private static final String NOTE = note();

    private static String note() {
        String text = new Checkpoint("example.com/log/1", 300, TREE.edge.root()).text();
        return new SignedNote(text, List.of(KEY.sign(text))).toString();
    }

    private static TlogProof proof() {
        return new TlogProof(7, Proofs.inclusion(7, 300, TREE), Optional.of("leaf".getBytes(UTF_8)), NOTE);
    }

    @Test
    void toString_proof_isThatOfTlogProof() {
        List<String> lines = proof().toString().lines().toList();

        assertThat(lines).startsWith("c2sp.org/tlog-proof@v1", "extra bGVhZg==", "index 7");
        assertThat(lines.subList(3, 12)).allSatisfy(line -> assertThat(line).hasSize(44));
        assertThat(lines.get(12)).isEmpty();
        assertThat(proof().toString()).endsWith("\n\n" + NOTE);
    }

    @Test
    void parse_proof_returnsAllThatProves() {
        TlogProof proof = TlogProof.parse(proof().toString());

        assertThat(proof).isEqualTo(proof()).hasSameHashCodeAs(proof());
        SignedNote note = SignedNote.parse(proof.checkpointNote());
        assertThat(note.verifiedBy(KEY.verifierKey())).isTrue();
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        assertThat(ProofCheck.inclusion(
                        ReferenceTree.leaf(7), proof.index(), checkpoint.size(), proof.hashes(), checkpoint.root()))
                .isTrue();
        assertThat(proof.extra().orElseThrow()).asString(UTF_8).isEqualTo("leaf");
    }

    @Test
    void parse_withoutExtraAndHashes_returnsIt() {
        TlogProof only = new TlogProof(0, List.of(), Optional.empty(), NOTE);

        assertThat(only.toString()).startsWith("c2sp.org/tlog-proof@v1\nindex 0\n\nexample.com/log/1\n");
        assertThat(TlogProof.parse(only.toString())).isEqualTo(only);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "proof@v1|proof@v2",
                "proof@v1|proof@v1 ",
                "proof@v1\\n|proof@v1\\n\\n",
                "extra |extra",
                "extra |Extra ",
                "bGVhZg==|bGVhZg",
                "bGVhZg==|bGVhZh==",
                "bGVhZg==|bGVhZg==\\nextra bGVhZg==",
                "index 7|index",
                "index 7|index 07",
                "index 7|index -7",
                "index 7|index 7 ",
                "index 7|index 7\\nindex 7",
                "index 7|index 99999999999999999999",
                "index 7|7",
                "=\\n|\\n",
                "\\n|\\r\\n",
                "\\n\\n|\\n"
            })
    void parse_anyOtherText_isRefused(String from, String to) {
        String text = proof().toString();
        String changed = text.replace(unescape(from), unescape(to));

        assertThat(changed).isNotEqualTo(text);
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> TlogProof.parse(changed));
    }

    private static String unescape(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n\n", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nextra AA==\n\n"})
    void parse_fragment_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> TlogProof.parse(text));
    }

    @Test
    void parse_truncatedProof_isRefused() {
        String text = proof().toString();
        for (int length = 0; length < text.length(); length++) {
            String truncated = text.substring(0, length);
            assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> TlogProof.parse(truncated));
        }
    }

    /** Go's bufio.Scanner reads no line over 64 KiB. */
    @Test
    void constructor_longLine_isRefused() {
        Optional<byte[]> longest = Optional.of(new byte[49_144]);
        Optional<byte[]> longer = Optional.of(new byte[49_147]);

        String text = new TlogProof(0, List.of(), longest, NOTE).toString();
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(65_535));
        assertThat(TlogProof.parse(text)).hasToString(text);
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new TlogProof(0, List.of(), longer, NOTE))
                .withMessageContaining("64 KiB");
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> TlogProof.parse("x".repeat(200_000)));
    }

    @Test
    void constructor_impossibleProof_isRefused() {
        List<TreeHash> many = Collections.nCopies(64, TreeHash.EMPTY);

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new TlogProof(-1, List.of(), Optional.empty(), NOTE));
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new TlogProof(0, many, Optional.empty(), NOTE));
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new TlogProof(0, List.of(), Optional.empty(), "no note"));
    }
}
