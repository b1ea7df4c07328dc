package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sigstore's client accepts the proofs and checkpoints of this package. */
class SigstoreTest {
    @Test
    void inclusion_anyLeaf_isAcceptedBySigstore() throws Exception {
        GrowingTree tree = GrowingTree.of(70_000);
        for (long size : new long[] {1, 2, 3, 7, 255, 256, 257, 65_535, 65_536, 65_537, 70_000}) {
            byte[] root = Proofs.root(size, tree).bytes();
            for (long index : new long[] {0, 1, size / 3, size - 2, size - 1}) {
                if (index >= 0 && index < size) {
                    List<byte[]> proof = Proofs.inclusion(index, size, tree).stream()
                            .map(TreeHash::bytes)
                            .toList();
                    byte[] leaf = ReferenceTree.leaf(index).bytes();
                    InclusionProofVerifier.verify(leaf, index, size, proof, root);

                    leaf[0] ^= 1;
                    assertThatExceptionOfType(InclusionProofVerificationException.class)
                            .isThrownBy(() -> InclusionProofVerifier.verify(leaf, index, size, proof, root));
                }
            }
        }
    }

    @Test
    void checkpoint_signedNote_isParsedBySigstore() throws Exception {
        SigningKey key = SigningKey.generate("example.com/log/1", new SecureRandom());
        TreeHash root = GrowingTree.of(9).edge.root();
        String text = new Checkpoint("example.com/log/1", 9, root).text();

        RekorEntry.Checkpoint parsed = Checkpoints.from(new SignedNote(text, List.of(key.sign(text))).toString());

        assertThat(parsed.getOrigin()).isEqualTo("example.com/log/1");
        assertThat(parsed.getSize()).isEqualTo(9);
        assertThat(parsed.getBase64Hash()).isEqualTo(root.base64());
        RekorEntry.CheckpointSignature signature = parsed.getSignatures().get(0);
        assertThat(signature.getIdentity()).isEqualTo("example.com/log/1");
        assertThat(key.verifierKey().verifies(parsed.getSignedData().getBytes(UTF_8), signature.getSignature()))
                .isTrue();
    }
}
