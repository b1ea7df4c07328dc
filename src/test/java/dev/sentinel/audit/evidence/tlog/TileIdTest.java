package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TileIdTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 256, tile/0/000",
        "0, 0, 1, tile/0/000.p/1",
        "1, 999, 256, tile/1/999",
        "2, 1000, 255, tile/2/x001/000.p/255",
        "0, 1234067, 256, tile/0/x001/x234/067",
        "0, 1234067, 112, tile/0/x001/x234/067.p/112",
        "63, 36028797018963967, 256, tile/63/x036/x028/x797/x018/x963/967"
    })
    void path_anyTile_isThatOfTlogTiles(int level, long index, int width, String path) {
        TileId id = new TileId(level, index);

        assertThat(id.path(width)).isEqualTo(path);
        assertThat(TileId.parse(path)).contains(new TilePath(id, width));
    }

    @Test
    void entriesPath_anyBundle_isThatOfTlogTiles() {
        assertThat(TileId.entriesPath(1_234_067, 256)).isEqualTo("tile/entries/x001/x234/067");
        assertThat(TileId.parseEntries("tile/entries/x001/x234/067.p/7"))
                .contains(new TilePath(new TileId(0, 1_234_067), 7));
        assertThat(TileId.parse("tile/entries/000")).isEmpty();
        assertThat(TileId.parseEntries("tile/0/000")).isEmpty();
    }

    @Property
    void parse_pathOfAnyTile_returnsIt(
            @ForAll @IntRange(max = 63) int level,
            @ForAll @LongRange(max = TileId.MAX_INDEX) long index,
            @ForAll @IntRange(min = 1, max = 256) int width) {
        TileId id = new TileId(level, index);

        assertThat(TileId.parse(id.path(width))).contains(new TilePath(id, width));
        assertThat(TileId.parseEntries(TileId.entriesPath(index, width)))
                .contains(new TilePath(new TileId(0, index), width));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tile/0",
                "tile/0/",
                "tile/0/0",
                "tile/0/00",
                "tile/0/0000",
                "tile/0/x000",
                "tile/0/x000/001",
                "tile/0/x01/000",
                "tile/0/001/000",
                "tile/0/x001/x000",
                "tile/00/000",
                "tile/01/000",
                "tile/-1/000",
                "tile/64/000",
                "tile/100/000",
                "tile/8/0/000",
                "tile/0/000.p",
                "tile/0/000.p/",
                "tile/0/000.p/0",
                "tile/0/000.p/01",
                "tile/0/000.p/256",
                "tile/0/000.p/999",
                "tile/0/000.p/1000",
                "tile/0/000.p/-1",
                "tile/0/000.p/1/",
                "tile/0/000/",
                "/tile/0/000",
                "tile/0//000",
                "tile/0/000\n",
                "tile/0/٠٠٠",
                "tile/0/x036/x028/x797/x018/x963/968",
                "tile/0/x999/x999/x999/x999/x999/999",
                "tile/0/x001/x000/x000/x000/x000/x000/000",
                "tile/../000",
                "TILE/0/000"
            })
    void parse_anyOtherPath_returnsNothing(String path) {
        assertThat(TileId.parse(path)).isEmpty();
        assertThat(TileId.parseEntries(path.replace("tile/0", "tile/entries"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "0, 0, 1, 1",
        "0, 0, 255, 255",
        "0, 0, 256, 256",
        "0, 1, 256, 0",
        "0, 1, 257, 1",
        "1, 0, 255, 0",
        "1, 0, 256, 1",
        "0, 272, 70000, 256",
        "0, 273, 70000, 112",
        "0, 274, 70000, 0",
        "1, 0, 70000, 256",
        "1, 1, 70000, 17",
        "2, 0, 70000, 1",
        "3, 0, 70000, 0",
        "7, 0, 9223372036854775807, 127",
        "8, 0, 9223372036854775807, 0",
        "63, 0, 9223372036854775807, 0",
        "0, 36028797018963967, 9223372036854775807, 255"
    })
    void widthAt_anySize_followsTlogTiles(int level, long index, long size, int width) {
        assertThat(new TileId(level, index).widthAt(size)).isEqualTo(width);
    }

    @Test
    void constructor_impossibleTile_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(64, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(0, TileId.MAX_INDEX + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(0, 0).path(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(0, 0).path(257));
    }
}
