package dev.sentinel.audit.store;

/**
 * The spans of time for which sums are kept, each made of whole spans of the one before. All begin at multiples of
 * their width since the epoch.
 *
 * <p>With four of them the sums of any span are few: of 30 days with buckets of six hours, 194 at most, instead of
 * 43,200 minutes.
 */
public enum StatsLevel {
    MINUTE(1, 200),
    QUARTER(15, 500),
    SIX_HOURS(6 * 60, 1_000),
    WEEK(7 * 24 * 60, 2_000);

    /** Before all times that an event may have. */
    public static final long NEVER = -2_000_000_000L;

    /**
     * How many minutes behind the newest events a span must lie before it is summed up: those that come late are added
     * to every level by themselves, which costs more.
     */
    private static final int GRACE_MINUTES = 1;

    private final int minutes;
    private final int maxResources;

    StatsLevel(int minutes, int maxResources) {
        this.minutes = minutes;
        this.maxResources = maxResources;
    }

    /** How long a span is. */
    public int minutes() {
        return minutes;
    }

    /**
     * How many resources a span tells apart at most; all others are counted as one. Resources may be URLs that hold
     * ids: so all spans of a day have 340,000 rows at most, however many events there are.
     */
    public int maxResources() {
        return maxResources;
    }

    /** The minute at which the span that holds a minute begins. */
    public long floor(long minute) {
        return Math.floorDiv(minute, (long) minutes) * minutes;
    }

    /** Up to which minute spans are worth summing up when the newest events are of this minute. */
    public long summedUntil(long newestMinute) {
        return floor(newestMinute - GRACE_MINUTES);
    }
}
