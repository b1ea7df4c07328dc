package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final SigningKey LOG = SigningKey.generate("example.com/log/1", new SecureRandom());
    private static final SigningKey OTHER_LOG = SigningKey.generate("example.com/log/2", new SecureRandom());
    private static final List<TestWitness> W = List.of(
            new TestWitness("x1.example"),
            new TestWitness("x2.example"),
            new TestWitness("x3.example"),
            new TestWitness("y1.example"),
            new TestWitness("y2.example"));

    private static final String TEXT = new Checkpoint("example.com/log/1", 0, TreeHash.EMPTY).text();

    private static final String POLICY = """
            # Two groups of witnesses, as in the specification
            log %s https://example.com/log
            \tlog  %s\t

            witness X1 %s
            witness X2 %s https://x2.example/
            witness X3 %s
            group X-witnesses 2 X1 X2 X3
            witness Y1 %s
            witness Y2 %s
            group Y-witnesses any Y1 Y2
            group X-and-Y all X-witnesses Y-witnesses
            quorum X-and-Y
            """.formatted(
                    LOG.verifierKey(),
                    OTHER_LOG.verifierKey(),
                    W.get(0).key(),
                    W.get(1).key(),
                    W.get(2).key(),
                    W.get(3).key(),
                    W.get(4).key());

    @Test
    void parse_policy_returnsIt() {
        Policy policy = Policy.parse(POLICY);

        assertThat(policy.logs())
                .containsExactly(
                        new Policy.Log(LOG.verifierKey(), Optional.of("https://example.com/log")),
                        new Policy.Log(OTHER_LOG.verifierKey(), Optional.empty()));
        assertThat(policy.witnesses()).extracting(Policy.Witness::name).containsExactly("X1", "X2", "X3", "Y1", "Y2");
        assertThat(policy.witnesses().get(1).url()).contains("https://x2.example/");
        assertThat(policy.groups())
                .containsExactly(
                        new Policy.Group("X-witnesses", 2, List.of("X1", "X2", "X3")),
                        new Policy.Group("Y-witnesses", 1, List.of("Y1", "Y2")),
                        new Policy.Group("X-and-Y", 2, List.of("X-witnesses", "Y-witnesses")));
        assertThat(policy.quorum()).isEqualTo("X-and-Y");
    }

    @ParameterizedTest
    @CsvSource({"013,true", "124,true", "01234,true", "01,false", "03,false", "034,false", "34,false", "'',false"})
    void satisfiedBy_cosignatures_followsQuorum(String witnesses, boolean satisfied) {
        assertThat(Policy.parse(POLICY).satisfiedBy(note(LOG, witnesses))).isEqualTo(satisfied);
    }

    @Test
    void satisfiedBy_withoutSignatureOfThatLog_isFalse() {
        Policy policy = Policy.parse(POLICY);
        SigningKey stranger = SigningKey.generate("example.com/log/1", new SecureRandom());

        assertThat(policy.satisfiedBy(note(stranger, "01234"))).isFalse();
        // The other log is trusted, but not for this origin.
        assertThat(policy.satisfiedBy(note(OTHER_LOG, "01234"))).isFalse();
        assertThat(policy.witnessedBy(note(OTHER_LOG, "01234"))).isTrue();
        SignedNote noCheckpoint = new SignedNote("text\n", List.of(LOG.sign("text\n")));
        assertThat(Policy.parse("log " + LOG.verifierKey() + "\nquorum none").satisfiedBy(noCheckpoint))
                .isFalse();
    }

    @Test
    void satisfiedBy_forgedSignatureOfKnownKey_isFalse() {
        Policy policy = Policy.parse(POLICY);
        List<NoteSignature> signatures = new ArrayList<>(note(LOG, "0123").signatures());
        VerifierKey last = W.get(4).key();
        signatures.add(new NoteSignature(last.name(), last.keyId(), new byte[72]));

        assertThat(policy.satisfiedBy(new SignedNote(TEXT, signatures))).isFalse();

        signatures.set(
                5, new NoteSignature(LOG.verifierKey().name(), LOG.verifierKey().keyId(), new byte[64]));
        assertThat(policy.satisfiedBy(new SignedNote(TEXT, signatures))).isFalse();
    }

    @Test
    void satisfiedBy_quorumNone_needsTheLogOnly() {
        Policy policy = Policy.parse("log " + LOG.verifierKey() + "\nquorum none\n");

        assertThat(policy.satisfiedBy(note(LOG, ""))).isTrue();
        assertThat(Policy.parse("quorum none").satisfiedBy(note(LOG, ""))).isFalse();
        assertThat(Policy.parse("quorum none").witnessedBy(note(LOG, ""))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|unknown line",
                "1|Log L",
                "1|log",
                "1|log L u v",
                "1|log L+",
                "2|log L;log L",
                "1|witness a",
                "1|witness a X u v",
                "1|witness none X",
                "1|witness a L",
                "2|witness a X;witness a Y",
                "2|witness a X;witness b X",
                "1|group g",
                "2|witness a X;group g any",
                "2|witness a X;group g 0 a",
                "2|witness a X;group g 2 a",
                "2|witness a X;group g 01 a",
                "2|witness a X;group g some a",
                "2|witness a X;group g any b",
                "2|witness a X;group g any g",
                "2|witness a X;group g any none",
                "2|witness a X;group g any a a",
                "2|witness a X;group a any a",
                "3|witness a X;group g any a;group h any a",
                "1|quorum a;witness a X",
                "2|quorum none;quorum none",
                "1|quorum",
                "1|quorum none none",
                "1|quorum None",
                "2|;quo\u0007rum none",
                "1|quorum none<CR>",
                "1|quorum none\u007f",
                "1|quorum\u00a0none"
            })
    void parse_badLine_isNamed(int line, String policy) {
        String text = policy.replace(";", "\n")
                .replace("<CR>", "\r")
                .replaceAll("\\bL\\b", LOG.verifierKey().toString().replace("$", ""))
                .replaceAll("\\bX\\b", W.get(0).key().toString())
                .replaceAll("\\bY\\b", W.get(1).key().toString());

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> Policy.parse(text))
                .withMessageStartingWith("line " + line + " of the policy: ");
    }

    @Test
    void parse_withoutQuorum_isRefused() {
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> Policy.parse("log " + LOG.verifierKey()))
                .withMessage("the policy has no quorum line");
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> Policy.parse(""));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> Policy.parse("#".repeat(300_000)));
    }

    private static SignedNote note(SigningKey log, String witnesses) {
        List<NoteSignature> signatures = new ArrayList<>(List.of(log.sign(TEXT)));
        witnesses.chars().forEach(digit -> signatures.add(W.get(digit - '0').cosign(TEXT, 1_700_000_000)));
        return new SignedNote(TEXT, signatures);
    }
}
