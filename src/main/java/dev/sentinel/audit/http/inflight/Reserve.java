package dev.sentinel.audit.http.inflight;

/**
 * The part of a budget that is kept for owners that hold little: a sixteenth, for those that hold a sixty-fourth of the
 * budget at most. Otherwise a few owners that send nothing but the largest requests could hold everything all the time
 * without breaking any rule. The budget's lock guards it.
 */
final class Reserve {
    private static final int PART = 16;
    private static final int LITTLE = 64;

    private final long size;
    private final long little;
    private final long rest;
    private long inUse;

    private Reserve(long capacity, long size, long little) {
        this.size = size;
        this.little = little;
        this.rest = capacity - size;
    }

    static Reserve none(long capacity) {
        return new Reserve(capacity, 0, 0);
    }

    /** Nothing of a capacity below 64. */
    static Reserve of(long capacity) {
        return capacity < LITTLE ? none(capacity) : new Reserve(capacity, capacity / PART, capacity / LITTLE);
    }

    /** What this request must leave free. */
    long withheldFrom(Owner owner, Permit permit, long amount) {
        if (holdsLittle(owner, amount) || needsReserve(permit, amount)) {
            return 0;
        }
        return Math.max(0, size - (inUse - little(owner)));
    }

    /**
     * Whether a request may be served before an older one that is too large for what is free. Only within the reserve,
     * so that what others release is for the older one; and never if that one needs the reserve itself.
     */
    boolean mayOvertake(Waiter waiter, Waiter blocked) {
        return holdsLittle(waiter.owner(), waiter.amount())
                && inUse + waiter.amount() <= size
                && !needsReserve(blocked.permit(), blocked.amount());
    }

    private boolean holdsLittle(Owner owner, long more) {
        return owner.held() + more <= little;
    }

    /** Whether a request is for more than all but the reserve. */
    private boolean needsReserve(Permit permit, long amount) {
        return permit.amount() + amount > rest;
    }

    /** Must be called around each change of what an owner holds: before it. */
    void beforeChange(Owner owner) {
        inUse -= little(owner);
    }

    /** Must be called around each change of what an owner holds: after it. */
    void afterChange(Owner owner) {
        inUse += little(owner);
    }

    private long little(Owner owner) {
        return owner.held() <= little ? owner.held() : 0;
    }
}
