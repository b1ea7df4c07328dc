package dev.sentinel.audit;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.Evidence;
import dev.sentinel.audit.evidence.EvidenceActs;
import dev.sentinel.audit.evidence.EvidenceMeters;
import dev.sentinel.audit.evidence.EvidenceState;
import dev.sentinel.audit.evidence.EvidenceVerticle;
import dev.sentinel.audit.evidence.LogResource;
import dev.sentinel.audit.evidence.ProofResource;
import dev.sentinel.audit.evidence.WitnessVerticle;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.TreeStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The signed log.
 *
 * @param evidence what others see of it
 * @param signer empty if nothing is signed
 * @param witnesses empty if none are asked
 * @param resources none if nothing is signed
 */
record EvidenceParts(
        Evidence evidence,
        Optional<EvidenceVerticle> signer,
        Optional<WitnessVerticle> witnesses,
        List<ApiResource> resources) {

    /**
     * @param tree empty if nothing is signed
     * @param answers bytes of answers that are being built or sent
     */
    static EvidenceParts of(
            Vertx vertx,
            EvidenceConfig config,
            StorePorts store,
            EventFinder finder,
            Optional<TreeStore> tree,
            Budget answers,
            MeterRegistry registry,
            Clock clock) {
        Evidence evidence = new Evidence(tree.isPresent() ? EvidenceState.STARTING : EvidenceState.OFF);
        EvidenceMeters.register(registry, evidence, clock);
        List<ApiResource> resources = tree.map(kept -> List.<ApiResource>of(
                        new LogResource(
                                vertx, store.log(), kept, evidence, answers, config.publicTiles(), config.witnesses()),
                        new ProofResource(vertx, finder, store.log(), kept, evidence, clock)))
                .orElse(List.of());
        Optional<EvidenceVerticle> signer = tree.map(kept -> new EvidenceVerticle(
                config,
                store.log(),
                store.leaves(),
                store.signedLog(),
                kept,
                evidence,
                new EvidenceActs(vertx, clock),
                clock));
        Optional<WitnessVerticle> witnesses = tree.flatMap(kept -> Optional.ofNullable(config.witnesses())
                .map(policy -> new WitnessVerticle(
                        policy, config.checkpointEvery(), config.signingKey(), kept, evidence, clock)));
        EvidenceMeters.registerWitnesses(registry, evidence, clock);
        return new EvidenceParts(evidence, signer, witnesses, resources);
    }
}
