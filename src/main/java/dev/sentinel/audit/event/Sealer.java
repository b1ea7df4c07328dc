package dev.sentinel.audit.event;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Draws the seals of new events. Any thread. */
public final class Sealer {
    private final SecureRandom random = new SecureRandom();

    /** A new seal for each event. One call for a batch, because a call costs more than the bytes. */
    public List<Seal> draw(List<AuditEvent> events) {
        int salts = 0;
        for (AuditEvent event : events) {
            salts += saltsOf(event);
        }
        byte[] drawn = new byte[salts * Seal.SALT_BYTES];
        random.nextBytes(drawn);
        List<Seal> seals = new ArrayList<>(events.size());
        int next = 0;
        for (AuditEvent event : events) {
            int count = saltsOf(event);
            seals.add(Seal.at(drawn, next, count));
            next += count * Seal.SALT_BYTES;
        }
        return seals;
    }

    private static int saltsOf(AuditEvent event) {
        return event.links().mayBePersonal() ? 3 : 2;
    }
}
