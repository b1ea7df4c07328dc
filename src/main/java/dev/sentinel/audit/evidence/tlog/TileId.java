package dev.sentinel.audit.evidence.tlog;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a tile of a tree (c2sp.org/tlog-tiles): up to 256 adjacent hashes of one level. Hash {@code i} of tile
 * {@code index} at level {@code l} is the root over the leaves from {@code (index * 256 + i) * 256^l}, and covers
 * {@code 256^l} of them. The entries of a tile at level 0 are in the entry bundle with its index.
 *
 * @param level 0, the leaves, to 63
 * @param index from the left, from 0; at most {@link #MAX_INDEX}
 */
public record TileId(int level, long index) {
    /** The largest index whose hashes have numbers that fit a long. */
    public static final long MAX_INDEX = Long.MAX_VALUE / Tile.WIDTH;

    private static final int MAX_LEVEL = 63;

    /** Without the height of tiles, unlike the paths of Go's checksum database. */
    private static final Pattern PATH = Pattern.compile("tile/(entries|0|[1-9][0-9]?)/"
            + "((?:x[0-9]{3}/){0,5}[0-9]{3})" // the index, in groups of three digits
            + "(?:\\.p/([1-9][0-9]{0,2}))?"); // the width, if it is partial

    /** @throws IllegalArgumentException if no tile has this level or this index */
    public TileId {
        if (level < 0 || level > MAX_LEVEL || index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("no tile at level " + level + " with index " + index);
        }
    }

    /**
     * Parses a path that {@link #path} returns. Empty for every other text.
     *
     * @param path relative to the URL of the log, without a slash at its start
     */
    public static Optional<TilePath> parse(String path) {
        return parse(path, false);
    }

    /** Parses a path that {@link #entriesPath} returns; the tile is the one at level 0 over these entries. */
    public static Optional<TilePath> parseEntries(String path) {
        return parse(path, true);
    }

    private static Optional<TilePath> parse(String path, boolean entries) {
        Matcher parts = PATH.matcher(path);
        if (!parts.matches() || parts.group(1).equals("entries") != entries) {
            return Optional.empty();
        }
        int level = entries ? 0 : Integer.parseInt(parts.group(1));
        long index = Long.parseLong(parts.group(2).replace("x", "").replace("/", ""));
        int width = parts.group(3) == null ? Tile.WIDTH : Integer.parseInt(parts.group(3));
        if (level > MAX_LEVEL
                || index > MAX_INDEX
                || width > Tile.WIDTH
                || (width == Tile.WIDTH) == path.contains(".p/")) {
            return Optional.empty();
        }
        TileId id = new TileId(level, index);
        // An index has one path: x000/001 is not it.
        String only = entries ? entriesPath(index, width) : id.path(width);
        return only.equals(path) ? Optional.of(new TilePath(id, width)) : Optional.empty();
    }

    /**
     * Returns the path of the tile, relative to the URL of the log, such as {@code tile/0/x001/x234/067.p/112}.
     *
     * @param width 1 to 256; less than 256 names a partial tile
     */
    public String path(int width) {
        return "tile/" + level + "/" + indexAndWidth(index, width);
    }

    /** Returns the path of an entry bundle, such as {@code tile/entries/x001/x234/067}. */
    public static String entriesPath(long index, int width) {
        return "tile/entries/" + indexAndWidth(index, width);
    }

    private static String indexAndWidth(long index, int width) {
        if (width < 1 || width > Tile.WIDTH) {
            throw new IllegalArgumentException("no tile has this width: " + width);
        }
        StringBuilder path = new StringBuilder(threeDigits(index));
        for (long rest = index / 1_000; rest > 0; rest /= 1_000) {
            path.insert(0, "x" + threeDigits(rest) + "/");
        }
        return width == Tile.WIDTH ? path.toString() : path + ".p/" + width;
    }

    private static String threeDigits(long number) {
        return Long.toString(1_000 + number % 1_000).substring(1);
    }

    /**
     * Returns the number of hashes that the tile has in a tree of this size: 256 if it is full, 0 if the tree does not
     * reach it, which must not be served.
     */
    public int widthAt(long size) {
        int shift = level * Tile.HEIGHT;
        long hashes = shift < Long.SIZE ? size >>> shift : 0;
        return (int) Math.max(0, Math.min(Tile.WIDTH, hashes - index * Tile.WIDTH));
    }
}
