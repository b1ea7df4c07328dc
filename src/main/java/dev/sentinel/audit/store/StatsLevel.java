package dev.sentinel.audit.store;

/**
 * The widths of the time spans for which sums are kept. A span consists of whole spans of the previous level, and
 * begins at a multiple of its width since the epoch.
 *
 * <p>With four levels, a query reads few sums: at most 194 for 30 days in buckets of six hours, instead of 43,200
 * minutes.
 */
public enum StatsLevel {
    MINUTE(1, 200),
    QUARTER(15, 500),
    SIX_HOURS(6 * 60, 1_000),
    WEEK(7 * 24 * 60, 2_000);

    /** A minute before every time that an event may have. */
    public static final long NEVER = -2_000_000_000L;

    /**
     * A span is summed up this many minutes after the newest events have passed it. An event that arrives later costs
     * more: the sums of every level must be changed for it, at once or later.
     */
    private static final int GRACE_MINUTES = 1;

    private final int minutes;
    private final int maxResources;

    StatsLevel(int minutes, int maxResources) {
        this.minutes = minutes;
        this.maxResources = maxResources;
    }

    /** The width of a span. */
    public int minutes() {
        return minutes;
    }

    /**
     * The largest number of resources that a span counts separately; all others are counted as one. Resources may be
     * URLs that contain ids, so this bounds the rows of all spans of a day to 340,000, whatever the number of events.
     */
    public int maxResources() {
        return maxResources;
    }

    /** The first minute of the span that contains a minute. */
    public long floor(long minute) {
        return Math.floorDiv(minute, (long) minutes) * minutes;
    }

    /** The minute up to which spans are summed up when the newest events are in this minute. */
    public long summedUntil(long newestMinute) {
        return floor(newestMinute - GRACE_MINUTES);
    }
}
