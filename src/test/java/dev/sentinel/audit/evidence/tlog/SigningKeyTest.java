package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    /** The example in the documentation of Go's golang.org/x/mod/sumdb/note; nobody uses it for anything else. */
    private static final String SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    private static final String GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+" + SECRET + "\n"
            + "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n";

    @Test
    void parse_keyOfGo_signsAsGoDoes() {
        SigningKey key = SigningKey.parse(GO_KEY);

        NoteSignature signature = key.sign("""
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """);
        assertThat(signature.toString().split(" ", -1))
                .containsExactly(
                        "\u2014",
                        "PeterNeumann",
                        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
                                + "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        assertThat(key.toFileText()).isEqualTo(GO_KEY);
    }

    @Test
    void parse_generatedKey_returnsIt() {
        SigningKey key = SigningKey.generate("example.com/log/1", new SecureRandom());

        SigningKey parsed = SigningKey.parse(key.toFileText());

        assertThat(parsed.verifierKey()).isEqualTo(key.verifierKey());
        assertThat(parsed.sign("text\n")).isEqualTo(key.sign("text\n"));
        assertThat(SigningKey.generate("example.com/log/1", new SecureRandom()).verifierKey())
                .isNotEqualTo(key.verifierKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a+b", "a\nb", "a\u2028b", "a\u0001b"})
    void generate_badName_isRefused(String name) {
        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> SigningKey.generate(name, new SecureRandom()));
    }

    /** Two keys of one name, one's private half and the other's public one: everything fits but the keys. */
    @Test
    void parse_halvesOfTwoKeys_isRefused() {
        SigningKey key = SigningKey.parse(GO_KEY);
        byte[] other = SigningKey.generate("PeterNeumann", new SecureRandom())
                .verifierKey()
                .publicKey();
        VerifierKey wrong = VerifierKey.ed25519("PeterNeumann", other);
        String id = wrong.toString().split("\\+", 3)[1];
        String file = "PRIVATE+KEY+PeterNeumann+" + id + "+" + SECRET + "\n" + wrong + "\n";

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> SigningKey.parse(file))
                .withMessageContaining("do not belong together");
        assertThat(key.verifierKey()).isNotEqualTo(wrong);
    }

    @Test
    void parse_anyOtherText_isRefusedWithoutShowingTheKey() {
        List<String> texts = new ArrayList<>(List.of(
                "",
                "\n\n",
                GO_KEY.strip(),
                GO_KEY + "\n",
                GO_KEY.replace("\n", "\r\n"),
                GO_KEY.replace("PRIVATE", "private"),
                GO_KEY.replace("c74f20a3", "c74f20a4"),
                GO_KEY.replaceFirst("c74f20a3", "c74f20a4"),
                GO_KEY.replace("KEY+PeterNeumann", "KEY+Peter"),
                GO_KEY.replace("AYEK", "AYE*"),
                GO_KEY.replace("AYEK", "AYE"),
                GO_KEY.replace("AYEK", "BIEK"),
                GO_KEY.replace("AYEK", "AYEL"),
                GO_KEY.replace(SECRET, ""),
                GO_KEY.replace("\nPeter", "\nPaul"),
                GO_KEY.substring(GO_KEY.indexOf('\n') + 1)));
        for (int length = 0; length < GO_KEY.length(); length++) {
            texts.add(GO_KEY.substring(0, length));
        }

        for (String text : texts) {
            assertThatExceptionOfType(MalformedNoteException.class)
                    .as(text)
                    .isThrownBy(() -> SigningKey.parse(text))
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("YEK", SECRET.substring(8, 20)))
                    .withNoCause();
        }
        assertThat(SigningKey.parse(GO_KEY).toString()).doesNotContain(SECRET).contains("PeterNeumann+c74f20a3");
    }
}
