package dev.sentinel.audit.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Sha256Test {
    /** The examples of FIPS 180-4. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void of_knownText_isTheKnownDigest() {
        assertThat(hex(Sha256.of("abc"))).isEqualTo(OF_ABC);
        assertThat(hex(Sha256.of(new byte[0]))).isEqualTo(OF_NOTHING);
    }

    @Test
    void add_parts_isTheDigestOfAllThenOfNothing() {
        Sha256 sha256 = new Sha256().add("a").add((byte) 'b').add("c".getBytes(UTF_8));

        assertThat(hex(sha256.finish())).isEqualTo(OF_ABC);
        assertThat(hex(sha256.finish())).isEqualTo(OF_NOTHING);
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
