package dev.sentinel.audit.http.inflight;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one client holds of a budget. The budget's lock guards it. */
final class Owner {
    private final Set<Permit> revocable = new LinkedHashSet<>();
    private int permits;
    private int revokedPermits;
    private long held;
    private long revoking;
    private int waiting;

    long held() {
        return held;
    }

    /** The number of its requests that wait. */
    int waiting() {
        return waiting;
    }

    void addWaiting(int difference) {
        waiting += difference;
    }

    boolean isIdle() {
        return held == 0 && waiting == 0;
    }

    /** Whether no other request of this client holds anything. */
    boolean holdsOnly(Permit permit) {
        return held == permit.amount();
    }

    void hold(Permit permit, long amount) {
        countPermit(permit, permit.amount() == 0 ? 1 : 0);
        permit.add(amount);
        held += amount;
        // It may have been revoked while it waited for more.
        revoking += permit.isRevoked() ? amount : 0;
        track(permit);
    }

    void release(Permit permit, long amount) {
        permit.add(-amount);
        held -= amount;
        revoking -= permit.isRevoked() ? amount : 0;
        countPermit(permit, permit.amount() == 0 ? -1 : 0);
        track(permit);
    }

    private void countPermit(Permit permit, int difference) {
        permits += difference;
        revokedPermits += permit.isRevoked() ? difference : 0;
    }

    /** Must be called when a permit has become revocable, or is no longer. */
    void track(Permit permit) {
        if (permit.amount() > 0 && permit.isRevocable()) {
            revocable.add(permit);
        } else {
            revocable.remove(permit);
        }
    }

    /**
     * Revokes the newest permits until the client holds no more than its share, or this amount is about to be free. One
     * request is never revoked, whatever it holds: a request of the largest allowed size must be possible.
     */
    List<Permit> revoke(long needed, long share) {
        List<Permit> newestFirst = new ArrayList<>(revocable);
        Collections.reverse(newestFirst);
        List<Permit> revoked = new ArrayList<>();
        long missing = needed;
        for (Permit permit : newestFirst) {
            if (missing <= 0 || held - revoking <= share || permits - revokedPermits <= 1) {
                break;
            }
            permit.markRevoked();
            revokedPermits++;
            revocable.remove(permit);
            revoking += permit.amount();
            missing -= permit.amount();
            revoked.add(permit);
        }
        return revoked;
    }

    /** The amount that is about to be released because it was revoked. */
    long revoking() {
        return revoking;
    }
}
