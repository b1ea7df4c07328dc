package dev.sentinel.audit.query.export;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.store.FoundEvents;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SHA-256 of the leaf hashes of the events of a file, in their order, by which the file can be compared with what
 * the log says of the export. One thread at a time.
 */
final class LeavesDigest {
    private static final Logger LOG = LoggerFactory.getLogger(LeavesDigest.class);

    private final JsonLeaf leaf = new JsonLeaf();
    private final Sha256 digest = new Sha256();
    private boolean complete = true;

    /** Adds the events of a page, which must have their seals. */
    void add(FoundEvents page) {
        try {
            for (int i = 0; complete && i < page.count(); i++) {
                digest.add(leaf.read(page.event(i).getBytes()).hash().bytes());
            }
        } catch (MalformedEventException e) {
            // Somebody has changed the row. The export still shows what is there.
            LOG.warn("export without a digest reason=\"{}\"", e.getMessage());
            complete = false;
        }
    }

    /** 64 hexadecimal digits; empty if an event has no leaf. Must be called once, at the end. */
    Optional<String> hex() {
        return complete ? Optional.of(HexFormat.of().formatHex(digest.finish())) : Optional.empty();
    }
}
