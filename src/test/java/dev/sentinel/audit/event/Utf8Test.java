package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;

class Utf8Test {

    @Property(tries = 5000)
    void firstInvalid_anyBytes_agreesWithStrictDecoder(@ForAll @Size(max = 40) byte[] bytes) {
        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(byDecoder(bytes));
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void firstInvalid_bytesAtRangeEdges_agreesWithStrictDecoder(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] edges = {
            0,
            1,
            0x7F,
            (byte) 0x80,
            (byte) 0x8F,
            (byte) 0x90,
            (byte) 0x9F,
            (byte) 0xA0,
            (byte) 0xBF,
            (byte) 0xC0,
            (byte) 0xC1,
            (byte) 0xC2,
            (byte) 0xDF,
            (byte) 0xE0,
            (byte) 0xE1,
            (byte) 0xED,
            (byte) 0xEE,
            (byte) 0xEF,
            (byte) 0xF0,
            (byte) 0xF1,
            (byte) 0xF3,
            (byte) 0xF4,
            (byte) 0xF5,
            (byte) 0xFF
        };
        byte[] bytes = new byte[random.nextInt(24)];
        Arrays.fill(bytes, (byte) 'a');
        int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        for (int i = from; i < Math.min(bytes.length, from + 5); i++) {
            bytes[i] = edges[random.nextInt(edges.length)];
        }

        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(byDecoder(bytes));
    }

    @Example
    void firstInvalid_everyCodePoint_isValidUnlessNul() {
        StringBuilder text = new StringBuilder();
        for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                text.appendCodePoint(c);
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(-1);
    }

    @Example
    void firstInvalid_range_ignoresOtherBytes() {
        byte[] bytes = {(byte) 0xFF, 'a', (byte) 0xC3, (byte) 0xA4, 0};

        assertThat(Utf8.firstInvalid(bytes, 1, 4)).isEqualTo(-1);
        assertThat(Utf8.firstInvalid(bytes, 1, 3)).isEqualTo(2);
    }

    private static int byDecoder(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(in, CharBuffer.allocate(bytes.length + 1), true);
        int invalid = result.isError() ? in.position() : -1;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return invalid < 0 ? i : Math.min(i, invalid);
            }
        }
        return invalid;
    }
}
