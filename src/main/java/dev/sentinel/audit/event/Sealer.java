package dev.sentinel.audit.event;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Draws the seals of new events. Any thread. */
public final class Sealer {
    private static final int BYTES = 2 * Seal.SALT_BYTES;

    private final SecureRandom random = new SecureRandom();

    /** As many new seals. One call for a batch, because a call costs more than the bytes. */
    public List<Seal> draw(int count) {
        byte[] salts = new byte[count * BYTES];
        random.nextBytes(salts);
        List<Seal> seals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            seals.add(Seal.at(salts, i * BYTES));
        }
        return seals;
    }
}
