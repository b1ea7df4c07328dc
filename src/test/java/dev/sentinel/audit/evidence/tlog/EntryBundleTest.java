package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryBundleTest {
    @Test
    void encode_entries_writesLengthBeforeEach() {
        assertThat(EntryBundle.encode(List.of(new byte[] {7, 8}, new byte[0], new byte[] {9})))
                .containsExactly(0, 2, 7, 8, 0, 0, 0, 1, 9);
        assertThat(EntryBundle.encode(List.of(new byte[0x1_02])))
                .startsWith(1, 2)
                .hasSize(2 + 0x1_02);
    }

    @Test
    void decode_bundle_returnsEntries() {
        List<byte[]> entries = List.of(new byte[] {1}, new byte[0], new byte[65_535], new byte[40_000]);

        List<byte[]> decoded = EntryBundle.decode(EntryBundle.encode(entries));
        assertThat(Arrays.deepEquals(decoded.toArray(), entries.toArray())).isTrue();
        assertThat(EntryBundle.decode(new byte[0])).isEmpty();
        assertThat(EntryBundle.decode(new byte[512])).hasSize(256);
    }

    @Test
    void decode_truncatedOrTooLong_isRefused() {
        byte[] bundle = EntryBundle.encode(List.of(new byte[] {1, 2, 3}));

        for (int length = 1; length < bundle.length; length++) {
            byte[] truncated = Arrays.copyOf(bundle, length);
            assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> EntryBundle.decode(truncated));
        }
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> EntryBundle.decode(new byte[514]));
    }

    @Test
    void encode_tooMuch_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> EntryBundle.encode(List.of(new byte[65_536])));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntryBundle.encode(Collections.nCopies(257, new byte[0])));
    }
}
