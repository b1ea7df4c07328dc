package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.store.SignedLog;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins numbers of the log, and finishes what a command or an earlier process has begun: the key is made, and what
 * happened is captured as events, also if the process ends in between. Confined to one worker context; blocking.
 */
final class LogBeginning {
    private static final Logger LOG = LoggerFactory.getLogger(LogBeginning.class);

    private final SignerFiles files;
    private final SignedLog log;
    private final EvidenceActs acts;

    /** What is not done yet; null for nothing. */
    private @Nullable Beginning open;

    LogBeginning(SignerFiles files, SignedLog log, EvidenceActs acts) {
        this.files = files;
        this.log = log;
        this.acts = acts;
    }

    /**
     * Begins a number.
     *
     * @param found events in the log before this server took any
     */
    Future<Void> begin(int number, String origin, long found) {
        SigningKey key = SigningKey.generate(origin, new SecureRandom());
        // A new log begins with its first event, and what began with it needs no record.
        List<AdminAct> begun = found > 0 || number > 1 ? List.of(acts.begun(number, key.verifierKey())) : List.of();
        Beginning beginning = new Beginning(number, key, begun, found);
        files.begin(beginning);
        return log.begin(number).map(done -> {
            LOG.info("signed log begun origin={} key={}", origin, files.keyFile(number));
            finish(beginning);
            return null;
        });
    }

    /**
     * Finishes what was begun before this process, and forgets what was not.
     *
     * @param number the one that the log records
     */
    void resume(int number) {
        files.forgetUnbegun(number);
        finish(number);
    }

    /** Finishes what was begun before this process. */
    void finish(int number) {
        if (open == null) {
            files.beginning(number).ifPresent(this::finish);
        }
    }

    private void finish(Beginning beginning) {
        files.install(beginning);
        open = beginning;
        record(beginning);
    }

    /** Called when a checkpoint was signed: records that the events before the beginning are signed as found. */
    void signed(TreeEdge edge) {
        Beginning beginning = open;
        if (beginning != null && beginning.found() > 0 && edge.size() >= beginning.found()) {
            Beginning sealed = beginning.sealed(acts.sealed(beginning.found(), edge.size(), edge.root()));
            files.begin(sealed);
            open = sealed;
            record(sealed);
        }
    }

    private void record(Beginning beginning) {
        acts.record(beginning.acts()).onSuccess(captured -> forget(beginning));
    }

    private void forget(Beginning beginning) {
        if (!beginning.equals(open) || beginning.found() > 0) {
            return;
        }
        try {
            files.forgetBeginning(beginning.number());
            open = null;
        } catch (Unavailable e) {
            LOG.warn("beginning not forgotten reason=\"{}\" effect=\"the next start does it\"", e.getMessage());
        }
    }
}
