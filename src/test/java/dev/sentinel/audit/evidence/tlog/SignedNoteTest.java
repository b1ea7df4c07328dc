package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
    private static final String NAME = "example.com/log/1";
    private static final String TEXT = "example.com/log/1\n0\n" + TreeHash.EMPTY.base64() + "\n";
    private static final SigningKey KEY = SigningKey.generate(NAME, new SecureRandom());
    private static final VerifierKey VKEY = KEY.verifierKey();
    private static final String NOTE = new SignedNote(TEXT, List.of(KEY.sign(TEXT))).toString();
    private static final String LINE = KEY.sign(TEXT).toString();

    /** The example in the documentation of Go's golang.org/x/mod/sumdb/note. */
    private static final String GO_NOTE = "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n\n"
            + "— PeterNeumann "
            + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    @Test
    void parse_noteOfGo_isVerified() {
        SignedNote note = SignedNote.parse(GO_NOTE);

        VerifierKey key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        assertThat(note.verifiedBy(key)).isTrue();
        assertThat(note).hasToString(GO_NOTE);
        assertThat(SignedNote.parse(GO_NOTE.replace("your problem is", "my problem is"))
                        .verdictOf(key))
                .isEqualTo(SignedNote.Verdict.FAILED);
    }

    @Test
    void parse_note_returnsTextAndSignatures() {
        SignedNote note = SignedNote.parse(NOTE.getBytes(UTF_8));

        assertThat(note.text()).isEqualTo(TEXT);
        assertThat(note.signatures()).containsExactly(KEY.sign(TEXT));
        assertThat(note).hasToString(NOTE).isEqualTo(SignedNote.parse(NOTE));
        assertThat(note.verifiedBy(VKEY)).isTrue();
    }

    @Test
    void parse_emptyLinesInText_splitsAtLastOne() {
        String text = "\n\na\n\n\u00e9 \u2014 \ud83d\ude00\n\n";

        SignedNote note = SignedNote.parse(new SignedNote(text, List.of(KEY.sign(text))).toString());

        assertThat(note.text()).isEqualTo(text);
        assertThat(note.verifiedBy(VKEY)).isTrue();
    }

    @Test
    void verifiedBy_signaturesOfOthers_areIgnored() {
        List<NoteSignature> signatures = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            signatures.add(
                    SigningKey.generate("witness" + i, new SecureRandom()).sign(TEXT));
        }
        // These share a name or an id with the key, but not both.
        byte[] wrong = new byte[64];
        signatures.set(3, new NoteSignature(NAME, VKEY.keyId() + 1, wrong));
        signatures.set(4, new NoteSignature("other", VKEY.keyId(), wrong));
        signatures.add(KEY.sign(TEXT));
        String twenty = new SignedNote(TEXT, signatures).toString();

        assertThat(SignedNote.parse(twenty).signatures()).hasSize(20);
        assertThat(SignedNote.parse(twenty).verifiedBy(VKEY)).isTrue();
        assertThat(SignedNote.parse(twenty.replace(LINE + "\n", "")).verdictOf(VKEY))
                .isEqualTo(SignedNote.Verdict.ABSENT);
    }

    @Test
    void verifiedBy_oneOfTwoSignaturesIsForged_isFalse() {
        byte[] forged = KEY.sign(TEXT).signature();
        forged[5] ^= 1;
        NoteSignature forgery = new NoteSignature(NAME, VKEY.keyId(), forged);

        assertThat(new SignedNote(TEXT, List.of(KEY.sign(TEXT), forgery)).verdictOf(VKEY))
                .isEqualTo(SignedNote.Verdict.FAILED);
        assertThat(new SignedNote(TEXT, List.of(forgery)).verifiedBy(VKEY)).isFalse();
    }

    @Test
    void verifiedBy_signatureOfOddLength_isFalse() {
        for (int length : new int[] {1, 63, 65, 72, 5_000}) {
            NoteSignature odd = new NoteSignature(NAME, VKEY.keyId(), new byte[length]);
            assertThat(new SignedNote(TEXT, List.of(odd)).verdictOf(VKEY)).isEqualTo(SignedNote.Verdict.FAILED);
        }
        for (int length : new int[] {63, 65, 96}) {
            byte[] genuine = Arrays.copyOf(KEY.sign(TEXT).signature(), length);
            NoteSignature odd = new NoteSignature(NAME, VKEY.keyId(), genuine);
            assertThat(new SignedNote(TEXT, List.of(odd)).verdictOf(VKEY)).isEqualTo(SignedNote.Verdict.FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                "text\n",
                "text\n\n",
                "text\n— name AAAAAAA=\n",
                "text\n\n— name AAAAAAA=",
                "text\r\n\r\n— name AAAAAAA=\r\n",
                "text\n\n- name AAAAAAA=\n",
                "text\n\n—name AAAAAAA=\n",
                "text\n\n— name\n",
                "text\n\n— name \n",
                "text\n\n—  AAAAAAA=\n",
                "text\n\n— name  AAAAAAA=\n",
                "text\n\n— na me AAAAAAA=\n",
                "text\n\n— na+me AAAAAAA=\n",
                "text\n\n— na\u00a0me AAAAAAA=\n",
                "text\n\n— na\u2003me AAAAAAA=\n",
                "text\n\n— na\u0085me AAAAAAA=\n",
                "text\n\n— name AAAA\n",
                "text\n\n— name AAAAAA==\n",
                "text\n\n— name AAAAAAA\n",
                "text\n\n— name AAAAAAB=\n",
                "text\n\n— name AAAA_AA=\n",
                "text\n\n— name AAAAAAA= \n",
                "text\n\n— name AAAAAAA=\nmore\n",
                "te\txt\n\n— name AAAAAAA=\n",
                "te\u0000xt\n\n— name AAAAAAA=\n",
                "te\u001bxt\n\n— name AAAAAAA=\n",
                "te\ud800xt\n\n— name AAAAAAA=\n"
            })
    void parse_anyOtherText_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> SignedNote.parse(text));
    }

    @Test
    void parse_invalidUtf8_isRefused() {
        byte[] note = NOTE.getBytes(UTF_8);
        note[3] = (byte) 0xff;

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> SignedNote.parse(note))
                .withMessageContaining("UTF-8");
    }

    @Test
    void parse_tooLarge_isRefused() {
        String many = TEXT + "\n" + (LINE + "\n").repeat(SignedNote.MAX_SIGNATURES);
        assertThat(SignedNote.parse(many).signatures()).hasSize(SignedNote.MAX_SIGNATURES);
        for (int more = 1; more <= 3; more++) {
            String tooMany = many + (LINE + "\n").repeat(more);
            assertThatExceptionOfType(MalformedNoteException.class)
                    .isThrownBy(() -> SignedNote.parse(tooMany))
                    .withMessageContaining("100 signatures");
        }

        String full = "x".repeat(SignedNote.MAX_BYTES - LINE.getBytes(UTF_8).length - 3) + "\n\n" + LINE + "\n";
        assertThat(SignedNote.parse(full.getBytes(UTF_8))).isEqualTo(SignedNote.parse(full));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> SignedNote.parse("x" + full));
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> SignedNote.parse(("x" + full).getBytes(UTF_8)));
    }

    /** Whatever happens to a note on its way, the outcome is a note that is not genuine, or the one exception. */
    @Test
    void parse_damagedNote_neverThrowsAnythingElse() {
        Random random = new Random(2);
        byte[] note = NOTE.getBytes(UTF_8);
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = Arrays.copyOf(note, note.length - (i % 3 == 0 ? random.nextInt(note.length) : 0));
            if (damaged.length > 0 && i % 3 != 0) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if (Arrays.equals(damaged, note)) {
                continue;
            }
            try {
                assertThat(SignedNote.parse(damaged).verifiedBy(VKEY))
                        .as(new String(damaged, UTF_8))
                        .isFalse();
            } catch (MalformedNoteException expected) {
                assertThat(expected).message().isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "\n\n  %s\n\n",
                "\ufeff%s",
                "\t%s\t",
                "sentinel-checkpoint:%s",
            })
    void parsePasted_copiedNote_isVerified(String form) {
        String prefix = "sentinel-checkpoint:";
        SignedNote note = SignedNote.parse(NOTE);
        boolean isLine = form.contains(":");
        String copied = form.formatted(isLine ? note.toLine("") : NOTE);

        for (String pasted : List.of(
                copied,
                copied.replace("\n", "\r\n"),
                copied.replace("\n", " \n"),
                copied.replace("\n", "\n    "),
                "  " + copied + "\r\n")) {
            assertThat(SignedNote.parsePasted(pasted, prefix)).isEqualTo(note);
        }
        assertThat(note.toLine(prefix)).startsWith(prefix).doesNotContain("\n", "=", "+", "/");
        String padded = prefix + Base64.getUrlEncoder().encodeToString(NOTE.getBytes(UTF_8));
        assertThat(SignedNote.parsePasted(padded, prefix)).isEqualTo(note);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "p:", "p:!", "p:AAAA", "p:4oCU", "hello", "hello\n\nworld", "{\"json\":true}"})
    void parsePasted_anyOtherText_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> SignedNote.parsePasted(text, "p:"));
    }

    @Test
    void constructor_impossibleNote_isRefused() {
        NoteSignature signature = KEY.sign(TEXT);
        for (String text : List.of("", "no line feed", "\r\n", "\ud800\n")) {
            assertThatExceptionOfType(MalformedNoteException.class)
                    .isThrownBy(() -> new SignedNote(text, List.of(signature)));
            assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> KEY.sign(text));
        }
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new SignedNote(TEXT, List.of()));
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new NoteSignature("a b", 1, new byte[64]));
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> new NoteSignature("a", 1, new byte[0]));
    }
}
