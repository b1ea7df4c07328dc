package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BodyBytesTest {
    /** Chunks of a byte, and of more than a block. */
    @Property(tries = 300)
    void toArray_anyChunks_isWhatWasAppended(
            @ForAll @Size(max = 20) List<@IntRange(max = 100_000) Integer> lengths,
            @ForAll boolean asBuffers,
            @ForAll long seed) {
        Random random = new Random(seed);
        BodyBytes bytes = new BodyBytes();
        Buffer expected = Buffer.buffer();
        for (int length : lengths) {
            byte[] chunk = new byte[random.nextBoolean() ? length : length % 5];
            random.nextBytes(chunk);
            if (asBuffers) {
                bytes.append(Buffer.buffer(chunk));
            } else {
                bytes.append(chunk, chunk.length);
            }
            expected.appendBytes(chunk);
            assertThat(bytes.length()).isEqualTo(expected.length());
        }

        assertThat(bytes.toArray()).isEqualTo(expected.getBytes());
    }
}
