package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.failure.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out replacements of keys that a command has decided, also if the command, or a process before this one, ended
 * in between; and deletes former private keys when their end has come. Confined to one worker context; blocking.
 */
final class Rotations {
    private static final Logger LOG = LoggerFactory.getLogger(Rotations.class);

    private final SignerFiles files;
    private final EvidenceActs acts;
    private final boolean isShared;
    private final Clock clock;
    /** Those that are carried out, and whose events are being captured, by event id. */
    private final Set<String> open = new HashSet<>();

    /** @param isShared whether other servers may use the files, too, so that changes need the lock */
    Rotations(SignerFiles files, EvidenceActs acts, boolean isShared, Clock clock) {
        this.files = files;
        this.acts = acts;
        this.isShared = isShared;
        this.clock = clock;
    }

    /** Whether {@link #resume} has something to do for a number. */
    boolean isDue(int number) {
        FormerKeys former = files.former(number);
        return former.hasEnded(Instant.now(clock)) || decided(former).isPresent();
    }

    /** What was decided, unless it is already being done. */
    private Optional<Rotation> decided(FormerKeys former) {
        return former.rotation().filter(decided -> !open.contains(decided.act().eventId()));
    }

    /** How long until a private key of any number has to be deleted; empty if there is none. */
    Optional<Duration> untilNextEnd() {
        return IntStream.rangeClosed(1, files.highest())
                .mapToObj(number -> files.former(number).nextEnd())
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .map(end -> Duration.between(Instant.now(clock), end));
    }

    /** Does what is due. */
    void resume() {
        int highest = files.highest();
        for (int number = 1; number <= highest; number++) {
            if (isDue(number)) {
                resume(number, files.former(number));
            }
        }
    }

    private void resume(int number, FormerKeys former) {
        Instant now = Instant.now(clock);
        Runnable change = () -> {
            former.rotation().ifPresent(files::replaceKey);
            if (former.hasEnded(now)) {
                former.forgetEnded(now);
                LOG.info("former signing key deleted, its time is over key={}", files.keyFile(number));
            }
        };
        if (isShared) {
            files.alone(change);
        } else {
            change.run();
        }
        decided(former).ifPresent(done -> settle(number, former, done));
    }

    /** A key that is missing may be brought back, and is replaced then. */
    private void settle(int number, FormerKeys former, Rotation decided) {
        Optional<SigningKey> primary = files.key(number);
        if (primary.filter(decided::isBy).isPresent()) {
            record(former, decided);
        } else if (primary.isPresent()) {
            LOG.warn("signing key not replaced, because it is another one by now key={}", files.keyFile(number));
            former.forgetRotation(decided);
        }
    }

    private void record(FormerKeys former, Rotation done) {
        open.add(done.act().eventId());
        LOG.info(
                "signing key replaced origin={} vkey={} until={}",
                done.next().verifierKey().name(),
                done.next().verifierKey(),
                done.until());
        acts.record(List.of(done.act())).onSuccess(captured -> {
            try {
                former.forgetRotation(done);
                open.remove(done.act().eventId());
            } catch (Unavailable e) {
                LOG.warn("rotation not forgotten reason=\"{}\" effect=\"the next start does it\"", e.getMessage());
            }
        });
    }
}
