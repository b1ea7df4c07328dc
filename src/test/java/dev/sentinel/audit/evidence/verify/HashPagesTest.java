package dev.sentinel.audit.evidence.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.digest.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HashPagesTest {
    private static final int PAGES = 20;

    /** Most pages are in the file most of the time. */
    @Test
    void put_anyOrderWithLittleMemory_keepsEachHash() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (long position = 0; position < PAGES * 256L; position++) {
            if (position % 7 != 3) {
                positions.add(position);
            }
        }
        positions.add(HashPages.MAX_POSITION - 1);
        Collections.shuffle(positions, new Random(1));
        try (HashPages pages = new HashPages(2)) {
            for (long position : positions) {
                assertThat(pages.put(position, hash(position))).isTrue();
            }
            for (long position : positions.subList(0, 100)) {
                assertThat(pages.put(position, hash(0))).isFalse();
            }
            for (long position = 0; position < PAGES * 256L; position++) {
                byte[] page = pages.page(position / 256);
                int at = (int) (position % 256) * 32;
                assertThat(Arrays.copyOfRange(page, at, at + 32))
                        .isEqualTo(position % 7 == 3 ? new byte[32] : hash(position));
                assertThat(HashPages.isEmpty(page, at)).isEqualTo(position % 7 == 3);
            }
            assertThat(HashPages.isEmpty(pages.page(PAGES), 0)).isTrue();
        }
    }

    private static byte[] hash(long position) {
        return Sha256.of(Long.toString(position));
    }
}
