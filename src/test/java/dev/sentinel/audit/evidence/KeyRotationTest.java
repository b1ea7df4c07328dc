package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.store.SignedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a replacement of a key leaves on the disk, wherever it ends. */
final class KeyRotationTest {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofDays(7));
    private static final SignedLog.Standing ALONE = new SignedLog.Standing(0, 0, true, Map.of());
    private static final SignedLog.Standing OF_FIVE = new SignedLog.Standing(1, 5, true, Map.of());
    private static final String TEXT = new Checkpoint("log.example.com/1", 5, TreeHash.leaf(new byte[1])).text();
    private static final String RETIRED = "log-1.key.until-20261205T100000Z-";

    @TempDir
    private Path directory;

    private final SigningKey old = SigningKey.generate("log.example.com/1", new SecureRandom());
    private SignerFiles files;

    @BeforeEach
    void sign() throws IOException {
        files = new SignerFiles(directory.resolve("log.key"));
        Files.writeString(files.keyFile(1), old.toFileText());
        files.remember(1, new SignedNote(TEXT, List.of(old.sign(TEXT))));
    }

    @Test
    void rotate_aLogThatNobodySigns_keepsTheOldKeyUntilItsEnd() {
        VerifierKey next = rotate(END);
        LogKeys keys = files.keys(1).orElseThrow();

        assertThat(files.key(1).orElseThrow().verifierKey()).isEqualTo(next);
        assertThat(next.name()).isEqualTo(old.verifierKey().name());
        assertThat(names()).filteredOn(name -> name.startsWith(RETIRED)).hasSize(1);
        assertThat(names()).noneMatch(name -> name.endsWith(".rotate") || name.endsWith(".partial"));
        assertThat(files.verifierKeys(Map.of()))
                .containsExactly(next.toString(), old.verifierKey().toString());
        SignedNote during = keys.sign(TEXT, END.minusMillis(1));
        assertThat(during.signatures()).hasSize(2);
        assertThat(during.verifiedBy(next)).isTrue();
        assertThat(during.verifiedBy(old.verifierKey())).isTrue();
        assertThat(keys.sign(TEXT, END).signatures()).hasSize(1);
        assertThat(keys.sign(TEXT, END).verifiedBy(next)).isTrue();
    }

    /** With it, the new key alone, without what is beside it, knows what the log has signed. */
    @Test
    void rotate_any_signsTheLastNoteWithBothKeys() {
        VerifierKey next = rotate(END);

        SignedNote state = files.state(1).orElseThrow();
        assertThat(state.text()).isEqualTo(TEXT);
        assertThat(state.verifiedBy(next)).isTrue();
        assertThat(state.verifiedBy(old.verifierKey())).isTrue();
    }

    @Test
    void end_ofTheOldKey_deletesItsPrivateKeyOnly() throws IOException {
        VerifierKey next = rotate(END);
        files.former(1).forgetEnded(END.minusMillis(1));
        assertThat(names()).anyMatch(name -> name.startsWith(RETIRED));
        files.former(1).forgetEnded(END);

        assertThat(names()).noneMatch(name -> name.contains(".until-"));
        assertThat(files.verifierKeys(Map.of()))
                .containsExactly(next.toString(), old.verifierKey().toString());
        for (String name : names()) {
            assertThat(Files.readString(directory.resolve(name)))
                    .doesNotContain(old.toFileText().lines().findFirst().orElseThrow());
        }
    }

    @Test
    void rotate_withoutOverlap_keepsNoPrivateKey() {
        VerifierKey next = rotate(NOW);

        assertThat(names()).noneMatch(name -> name.contains(".until-"));
        assertThat(files.keys(1).orElseThrow().sign(TEXT, NOW).signatures()).hasSize(1);
        assertThat(files.verifierKeys(Map.of()))
                .containsExactly(next.toString(), old.verifierKey().toString());
    }

    @Test
    void rotate_again_keepsAllPublicKeys() {
        VerifierKey second = rotate(END);
        VerifierKey third = rotate(END);

        assertThat(files.verifierKeys(Map.of()))
                .containsExactly(
                        third.toString(), second.toString(), old.verifierKey().toString());
        assertThat(files.keys(1).orElseThrow().sign(TEXT, NOW).signatures()).hasSize(3);
    }

    /** The write of one of the files fails, and with it all that would come after it. */
    @ParameterizedTest
    @ValueSource(strings = {"until", "former", "state", "key"})
    void crash_beforeOneOfTheFiles_signsAsBeforeAndIsFinished(String last) throws IOException {
        String retired = RETIRED + "%08x".formatted(old.verifierKey().keyId());
        Map<String, String> changes =
                Map.of("until", retired, "former", "log-1.key.former", "state", "log-1.key.state", "key", "log-1.key");
        Path obstacle = Files.createDirectories(directory.resolve(changes.get(last) + ".partial/in-the-way"));
        KeyRotation decided = begin(END);
        VerifierKey next = decided.next();
        assertThatThrownBy(() -> decided.finish(NOW)).isInstanceOf(Unavailable.class);
        decided.close();

        LogOpening.Ready before = (LogOpening.Ready) LogOpening.of(files, OF_FIVE, null, false);
        assertThat(before.verifierKeys()).containsExactly(old.verifierKey().toString());
        assertThat(before.signed().verifiedBy(old.verifierKey())).isTrue();
        SignedNote note = before.keys().sign(TEXT, NOW);
        assertThat(note).isEqualTo(new SignedNote(TEXT, List.of(old.sign(TEXT))));

        Files.delete(obstacle);
        try (KeyRotation again = begin(END.plusSeconds(1))) {
            assertThat(again.isContinued()).isTrue();
            assertThat(again.act()).isEqualTo(decided.act());
            assertThat(again.finish(NOW)).isTrue();
        }
        assertReplaced(next);
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "log-1.key",
                        "log-1.key.state",
                        "log-1.key.former",
                        retired,
                        "log.key.lock",
                        "log.key.rotate-lock");
    }

    @Test
    void crash_whenOnlyTheDecisionIsLeft_changesNothingMore() {
        KeyRotation decided = begin(END);
        decided.close();
        files.replaceKey(files.former(1).rotation().orElseThrow());
        assertReplaced(decided.next());
        try (KeyRotation again = begin(END)) {
            assertThat(again.finish(NOW)).isTrue();
        }

        assertReplaced(decided.next());
        assertThat(names()).noneMatch(name -> name.endsWith(".rotate"));
    }

    private void assertReplaced(VerifierKey next) {
        LogOpening.Ready after = (LogOpening.Ready) LogOpening.of(files, OF_FIVE, null, false);
        assertThat(after.verifierKeys())
                .containsExactly(next.toString(), old.verifierKey().toString());
        assertThat(after.signed().verifiedBy(next)).isTrue();
        assertThat(after.keys().sign(TEXT, NOW).signatures()).hasSize(2);
    }

    /** The key of another server was copied here meanwhile. */
    @Test
    void crash_beforeTheKeyBecameAnother_isNotGoneOnWith() throws IOException {
        KeyRotation decided = begin(END);
        decided.close();
        SigningKey other = SigningKey.generate(old.verifierKey().name(), new SecureRandom());
        Files.writeString(files.keyFile(1), other.toFileText());
        files.remember(1, new SignedNote(TEXT, List.of(other.sign(TEXT))));
        files.replaceKey(files.former(1).rotation().orElseThrow());
        assertThat(files.key(1).orElseThrow().verifierKey()).isEqualTo(other.verifierKey());

        try (KeyRotation again = begin(END)) {
            assertThat(again.isContinued()).isFalse();
            assertThat(again.before()).isEqualTo(other.verifierKey());
            assertThat(again.finish(NOW)).isTrue();
        }
    }

    @Test
    void rotate_whileAServerHoldsTheKeys_isLeftToIt() {
        try (KeyRotation rotation = begin(END)) {
            files.alone(() -> assertThat(rotation.finish(NOW)).isFalse());

            assertThat(files.key(1).orElseThrow().verifierKey()).isEqualTo(old.verifierKey());
            assertThat(rotation.finish(NOW)).isTrue();
            assertThat(rotation.finish(NOW)).as("again").isTrue();
        }
    }

    @Test
    void rotate_whileAnotherCommandDoes_isRefused() {
        try (KeyRotation first = begin(END)) {
            assertThatThrownBy(() -> begin(END)).isInstanceOf(Unusable.class).hasMessageContaining("another command");
            assertThat(first.finish(NOW)).isTrue();
        }
    }

    @Test
    void rotate_withoutAKeyThatMaySign_saysWhy() throws IOException {
        Files.writeString(directory.resolve("log-1.key.state"), "damaged");
        assertThatThrownBy(() -> begin(END)).isInstanceOf(Unusable.class).hasMessageContaining("memory-lost");
        files.rememberMoved(true);
        assertThatThrownBy(() -> begin(END)).isInstanceOf(Unusable.class).hasMessageContaining("moved");
        Files.delete(directory.resolve("log.key.moved"));
        Files.delete(files.keyFile(1));
        assertThatThrownBy(() -> begin(END)).isInstanceOf(Unusable.class).hasMessageContaining("does not exist");
        Files.delete(directory.resolve("log-1.key.state"));
        assertThatThrownBy(() -> begin(END)).isInstanceOf(Unusable.class).hasMessageContaining("never signed");

        assertThat(names()).noneMatch(name -> name.endsWith(".rotate"));
    }

    /** It would be the third key of the number, and the second one at the same time. */
    @Test
    void rotate_keyThatWasReplacedOnAnotherServer_isRefused() {
        SigningKey theirs = SigningKey.generate(old.verifierKey().name(), new SecureRandom());
        List<String> announced =
                List.of(theirs.verifierKey().toString(), old.verifierKey().toString());
        SignedLog.Standing shared = new SignedLog.Standing(1, 5, true, Map.of(1, announced));

        assertThatThrownBy(() -> KeyRotation.begin(config(), shared, true, END, details -> act(details)))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("copy the new key here");
        assertThat(LogOpening.of(files, shared, null, true)).isEqualTo(new LogOpening.Stopped(EvidenceState.NO_KEY));
    }

    @Test
    void opening_ofAServerWithTheNewKeyOnly_isReadyOnceItIsAnnounced() throws IOException {
        VerifierKey next = rotate(END);
        for (String name : names()) {
            if (!name.equals("log-1.key") && !name.equals("log-1.key.state")) {
                Files.delete(directory.resolve(name));
            }
        }
        String vkey = old.verifierKey().toString();
        SignedLog.Standing before = new SignedLog.Standing(1, 5, true, Map.of(1, List.of(vkey)));
        SignedLog.Standing after = new SignedLog.Standing(1, 5, true, Map.of(1, List.of(next.toString(), vkey)));

        assertThat(LogOpening.of(files, before, null, true)).isEqualTo(new LogOpening.Stopped(EvidenceState.NO_KEY));
        assertThat(LogOpening.of(files, after, null, true)).isInstanceOf(LogOpening.Ready.class);
        // What the server knew before it got the key counts as well.
        files.remember(1, new SignedNote(TEXT, List.of(old.sign(TEXT))));
        assertThat(LogOpening.of(files, after, null, true)).isInstanceOf(LogOpening.Ready.class);
    }

    @Test
    void note_withAFalseSignatureOfAFormerKey_isNoMemory() {
        VerifierKey next = rotate(END);
        SignedNote state = files.state(1).orElseThrow();
        SignedNote other =
                new SignedNote("log.example.com/1\n0\n" + TreeHash.EMPTY.base64() + "\n", List.of(old.sign("x\n")));
        files.remember(1, state.with(other.signatures()));

        assertThat(state.verifiedBy(next)).isTrue();
        assertThat(LogOpening.of(files, OF_FIVE, null, false))
                .isEqualTo(new LogOpening.Stopped(EvidenceState.MEMORY_LOST));
    }

    @Test
    void files_damaged_sayWhichOne() throws IOException {
        rotate(END);
        for (String name :
                List.of("log-1.key.former", "log-1.key.rotate", "log-1.key.until-20271205T100000Z-00000000")) {
            byte[] kept = Files.exists(directory.resolve(name)) ? Files.readAllBytes(directory.resolve(name)) : null;
            Files.writeString(directory.resolve(name), "damaged\n");
            assertThatThrownBy(() -> {
                        files.keys(1);
                        files.former(1).rotation();
                    })
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining(name);
            if (kept == null) {
                Files.delete(directory.resolve(name));
            } else {
                Files.write(directory.resolve(name), kept);
            }
        }
        assertThat(files.keys(1)).isPresent();
    }

    @Test
    void adopt_rotatedKeys_takesAllOfThemAlong() throws IOException {
        VerifierKey next = rotate(END);
        SignerFiles target = new SignerFiles(directory.resolve("target/signing.key"));
        assertThat(new SignerMove(directory.resolve("log.key"), directory.resolve("target/signing.key"), true).run())
                .isEqualTo(SignerMove.Result.MOVED);

        assertThat(target.verifierKeys(Map.of()))
                .containsExactly(next.toString(), old.verifierKey().toString());
        assertThat(target.keys(1).orElseThrow().sign(TEXT, NOW).signatures()).hasSize(2);
        assertThat(names()).noneMatch(name -> name.startsWith("log-1.key"));
        assertThat(Files.readString(target.keyFile(1), UTF_8)).contains(next.toString());
    }

    private VerifierKey rotate(Instant until) {
        try (KeyRotation rotation = begin(until)) {
            assertThat(rotation.finish(NOW)).isTrue();
            return rotation.next();
        }
    }

    private KeyRotation begin(Instant until) {
        return KeyRotation.begin(config(), ALONE, false, until, KeyRotationTest::act);
    }

    private static AdminAct act(Map<String, String> details) {
        return new AdminAct(details.get("new_vkey"), "{}");
    }

    private EvidenceConfig config() {
        return SentinelConfig.fromEnvironment(
                        Map.of("SIGNING_KEY_FILE", directory.resolve("log.key").toString()))
                .evidence();
    }

    private List<String> names() {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
