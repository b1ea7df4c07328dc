package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Every checkpoint that a server has shown, over all its starts. A server that forks its log shows two. Any thread. */
final class SeenCheckpoints {
    private final Map<Long, String> notes = new ConcurrentSkipListMap<>();

    int count() {
        return notes.size();
    }

    /** The newest checkpoint of a server that has signed one. */
    static Checkpoint newest(TestClient client) {
        return Checkpoint.parse(
                SignedNote.parse(client.get("/log/checkpoint").body()).text());
    }

    /** Looks at the newest checkpoint. */
    void look(TestClient client) {
        HttpResponse<String> answer = client.get("/log/checkpoint");
        if (answer.statusCode() == 200) {
            Checkpoint checkpoint =
                    Checkpoint.parse(SignedNote.parse(answer.body()).text());
            String before = notes.putIfAbsent(checkpoint.size(), answer.body());
            assertThat(before == null ? answer.body() : before)
                    .as("checkpoint of " + checkpoint.size())
                    .isEqualTo(answer.body());
        }
    }

    /** Proves each pair of checkpoints, as {@link #assertNoFork}; returns the number of pairs. */
    long provePairs(TestClient client) {
        assertNoFork(client);
        return (long) count() * (count() - 1) / 2;
    }

    /** Waits until the server signs, and proves each checkpoint to be the beginning of every later one. */
    void assertNoFork(TestClient client) {
        Within.seconds(20)
                .until(
                        "it signs",
                        () -> "signing".equals(client.getJson("/v1/log").getString("state")));
        look(client);
        VerifierKey key = VerifierKey.parse(
                client.get("/log/key").body().lines().findFirst().orElseThrow());
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (String text : notes.values()) {
            SignedNote note = SignedNote.parse(text);
            assertThat(note.verifiedBy(key)).isTrue();
            checkpoints.add(Checkpoint.parse(note.text()));
        }
        for (int i = 0; i < checkpoints.size(); i++) {
            for (int j = i + 1; j < checkpoints.size(); j++) {
                assertConsistent(client, checkpoints.get(i), checkpoints.get(j));
            }
        }
    }

    private static void assertConsistent(TestClient client, Checkpoint from, Checkpoint to) {
        List<TreeHash> proof = client.get("/v1/log/consistency?from=" + from.size() + "&to=" + to.size())
                .body()
                .lines()
                .map(TreeHash::parse)
                .toList();
        assertThat(ProofCheck.consistency(from.size(), to.size(), proof, from.root(), to.root()))
                .as(from + " is the beginning of " + to)
                .isTrue();
    }
}
