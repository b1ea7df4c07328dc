package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.KeyRotation;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboard shows of the signed log. */
@ExtendWith(BrowserExtension.class)
final class EvidenceViewTest {
    private static final String LOG = "sentinel_audit.db";

    @TempDir
    private Path directory;

    private Browser browser;
    private RunningServer server;
    private Window window;

    @BeforeEach
    void keep(Browser browser) {
        this.browser = browser;
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    @Test
    void detail_coveredEvent_showsTheProofAndTheLeafHashOfTheReceipt() throws IOException {
        start(Map.of());
        UUID id = UUID.randomUUID();
        post(SampleEvents.any());
        JsonObject receipt = post(SampleEvents.of(id));

        Page page = window.show("/ui/events?event=" + id, "Proven");

        assertThat(field("Evidence"))
                .hasText(Pattern.compile(
                        "Proven at position 1 by the checkpoint of [23] events of sentinel-log/.*/1.*"));
        assertThat(field("Evidence")).containsText("Download the proof and verify it with bin/sentinel verify.");
        assertThat(field("Leaf hash").locator(".mono")).hasText(receipt.getString("leaf_hash"));
        Download download =
                page.waitForDownload(() -> page.getByText("Download the proof").click());
        assertThat(download.suggestedFilename()).isEqualTo(id + ".tlog-proof");
        assertThat(TlogProof.parse(Files.readString(download.path())).index()).isEqualTo(1);
        assertThat(page.locator(".detail").textContent()).doesNotContain("erified");
        assertThat(window.inspect("events-proof")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void detail_eventThatNoCheckpointCoversYet_isProvenWithoutAReload() {
        start(Map.of());
        UUID id = UUID.randomUUID();
        post(SampleEvents.of(id));
        AtomicBoolean covered = new AtomicBoolean();
        window.page().route(Pattern.compile("/proof\\?"), route -> {
            if (covered.get()) {
                route.resume();
            } else {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(503)
                        .setBody("{\"detail\":\"No checkpoint covers this event yet. Retry in a second.\"}"));
            }
        });

        window.show("/ui/events?event=" + id, "No checkpoint covers this event yet.");
        covered.set(true);

        assertThat(field("Evidence")).containsText("Proven");
    }

    @Test
    void page_signing_showsTheCheckpointTheKeyAndTheCommands() throws IOException {
        start(Map.of());
        post(SampleEvents.any());
        String key = awaitText("/log/key").strip();

        Page page = window.show("/ui/evidence", "Newest checkpoint");

        assertThat(page.locator("nav a[aria-current]")).hasText("Evidence");
        assertThat(tile("State")).containsText("Every event is covered by a signed checkpoint within a second.");
        assertThat(tile("Newest checkpoint")).containsText(Pattern.compile("\\d+ s ago"));
        assertThat(region("Text of the checkpoint"))
                .hasText(Pattern.compile("sentinel-log/.*/1\\s1\\s\\S{44}\\s+— sentinel-log/.*"));
        Checkpoint checkpoint = Checkpoint.parse(
                SignedNote.parse(region("Text of the checkpoint").textContent()).text());
        assertThat(page.locator(".field dd")).containsText(new String[] {
            checkpoint.origin(), "1 event", checkpoint.root().base64()
        });
        assertThat(page.locator(".keys li .mono")).hasText(new String[] {key});
        String url = "http://127.0.0.1:" + server.client().port();
        assertThat(region("Command that verifies the log"))
                .hasText("bin/sentinel verify --url " + url + " --key '" + key + "'");
        assertThat(region("Command that fetches a checkpoint"))
                .hasText("curl -sS " + url + "/log/checkpoint -o checkpoint.txt");
        assertThat(window.inspect("evidence")).isEmpty();

        post(SampleEvents.any());
        assertThat(tile("Events covered")).containsText("Events covered2All events of the log");
        Download download =
                page.waitForDownload(() -> page.getByText("Download", exactly()).click());
        assertThat(Checkpoint.parse(SignedNote.parse(Files.readString(download.path()))
                                .text())
                        .size())
                .isEqualTo(2);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void page_keyThatIsReplaced_isShownWithoutAReload() {
        start(Map.of());
        post(SampleEvents.any());
        String key = awaitText("/log/key").strip();
        Page page = window.show("/ui/evidence", "Newest checkpoint");
        assertThat(page.locator(".keys li .mono")).hasText(new String[] {key});

        String next = replaceKey();
        post(SampleEvents.any());

        assertThat(page.locator(".keys li .mono")).hasText(new String[] {next, key});
        assertThat(page.locator(".keys h2")).hasText("Public keys, newest first");
        assertThat(region("Text of the checkpoint")).hasText(Pattern.compile("—.*\\s+—"));
        assertThat(window.complaints()).isEmpty();
    }

    /** As the command decides it; the server does it before it signs again. */
    private String replaceKey() {
        EvidenceConfig config = SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                .evidence();
        Instant now = Instant.now();
        try (KeyRotation decided = KeyRotation.begin(
                config,
                new SignedLog.Standing(0, 0, true, Map.of()),
                false,
                now.plus(Duration.ofDays(1)),
                details -> AdminEvent.of(ActorType.HUMAN, "log.key_rotated", now, details))) {
            return decided.next().toString();
        }
    }

    /** Somebody puts yesterday's file in the place of the log. */
    @Test
    void page_logThatWasRolledBack_showsAnAlarmEverywhere() throws IOException {
        server = RunningServer.start(directory);
        UUID id = UUID.randomUUID();
        post(SampleEvents.of(id));
        awaitText("/log/checkpoint");
        server.close();
        Path older = directory.resolve("yesterday");
        Files.copy(directory.resolve(LOG), older);
        server = RunningServer.start(directory);
        post(SampleEvents.any());
        post(SampleEvents.any());
        server.close();
        deleteDerivedFiles();
        Files.move(older, directory.resolve(LOG), StandardCopyOption.REPLACE_EXISTING);
        start(Map.of());
        // Otherwise the frame of the page asks too early, and again only seconds later.
        window.page()
                .waitForCondition(
                        () -> server.client().get("/health/ready").body().contains("shorter than what was signed"));

        Page page = window.show("/ui/evidence", "New events are recorded but not signed.");

        assertThat(page.locator("[role=alert]"))
                .containsText("The log is shorter than what was signed; restore the newest copy");
        assertThat(tile("State")).containsText("Rolled back");
        assertThat(page.locator("nav .nav-alarm"))
                .hasAttribute("title", Pattern.compile("shorter than what was signed"));
        assertThat(window.inspect("evidence-alarm")).isEmpty();
        assertThat(window.complaints()).isEmpty();

        window.go("/ui/events?event=" + id, "web_search");
        assertThat(field("Evidence").locator(".wrong"))
                .containsText("No checkpoint covers this event: the log is shorter than what was signed");
        assertThat(window.inspect("events-alarm")).isEmpty();
    }

    /** Nobody listens there. */
    @Test
    void page_witnessThatDoesNotAnswer_isNamedAndSigningGoesOn() throws IOException {
        Path policy = Files.writeString(
                directory.resolve("policy"),
                "witness w1 "
                        + SigningKey.generateWitness("w1.example.com", new SecureRandom())
                                .verifierKey() + " http://127.0.0.1:1\nquorum w1\n");
        start(Map.of("WITNESS_POLICY", policy.toString()));
        post(SampleEvents.any());
        awaitText("/log/checkpoint");

        window.show("/ui/evidence", "Did not cosign");

        assertThat(region("Witnesses")).containsText("No checkpoint has the quorum of witnesses yet.");
        assertThat(tile("State")).containsText("Signing");
        assertThat(window.inspect("evidence-witnesses")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void evidence_off_isOneSentenceAndAsksNothing() {
        start(Map.of("EVIDENCE", "off"));
        UUID id = UUID.randomUUID();
        post(SampleEvents.of(id));

        Page page = window.show("/ui/evidence", "This server does not sign its log, because EVIDENCE is off.");
        assertThat(page.locator(".panel")).hasCount(0);
        assertThat(window.inspect("evidence-off")).isEmpty();
        window.go("/ui/events?event=" + id, "Copy as curl");
        assertThat(field("Received")).hasCount(1);
        assertThat(field("Evidence")).hasCount(0);
        window.go("/ui/trace?id=trace-1", "Succeeded");
        assertThat(bundleButton()).hasCount(0);
        assertThat(window.requests())
                .noneMatch(url -> url.endsWith("/v1/log") || url.contains("/log/") || url.contains("/proof?"));
        assertThat(window.complaints()).isEmpty();
    }

    /** Such a key may not read the entries of the log, but checkpoints name no agent. */
    @Test
    void page_keyWithAnAgentPrefix_isShown() {
        KeyToken key = TestKeys.make(directory, Set.of(Scope.READ, Scope.INGEST), "other-", null, null);
        start(Map.of("API_TOKEN", "the-token-of-this-test"));

        Page page = window.show("/ui/evidence", "Sign in");
        page.getByLabel("Key").fill(key.text());
        page.keyboard().press("Enter");

        assertThat(tile("State")).containsText("State");
        assertThat(page.locator(".view.evidence [role=alert]")).hasCount(0);
        assertThat(window.inspect("evidence-signed-in")).isEmpty();
        page.setViewportSize(390, 844);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void bundle_ofARun_isDownloadedByKeyboard() throws IOException {
        start(Map.of());
        post(SampleEvents.any());
        awaitText("/log/checkpoint");
        Page page = window.show("/ui/trace?id=trace-1", "Succeeded");

        bundleButton().focus();
        Download download = page.waitForDownload(() -> page.keyboard().press("Enter"));

        assertThat(download.suggestedFilename()).matches("sentinel-evidence-.*\\.zip");
        try (ZipFile zip = new ZipFile(download.path().toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .contains("events.ndjson", "proofs/0.tlog-proof", "run.html");
        }
        assertThat(window.inspect("trace-bundle")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void bundle_thatCannotBeHad_saysWhyAndDownloadsNothing() {
        start(Map.of());
        post(SampleEvents.any());
        Page page = window.show("/ui/trace?id=trace-1", "Succeeded");
        page.route(Pattern.compile("/evidence$"), route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));

        bundleButton().click();

        window.awaitText("No checkpoint covers the whole run yet.");
        assertThat(window.requests())
                .filteredOn(url -> url.endsWith("/evidence"))
                .hasSize(1);
        assertThat(window.inspect("trace-bundle-refused")).isEmpty();
    }

    private Locator bundleButton() {
        return window.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Evidence bundle"));
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory, environment);
        window = browser.window(server.client().port());
    }

    private JsonObject post(String event) {
        return new JsonObject(server.client().post("application/json", event).body());
    }

    /** What a path serves as soon as there is a checkpoint. */
    private String awaitText(String path) {
        String event = server.client()
                .getJson("/v1/events")
                .getJsonArray("events")
                .getJsonObject(0)
                .getString("event_id");
        assertThat(server.client()
                        .get("/v1/events/" + event + "/proof?wait=10s")
                        .statusCode())
                .isEqualTo(200);
        return server.client().get(path).body();
    }

    private void deleteDerivedFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.getFileName().toString().startsWith("sentinel_audit."))
                    .forEach(EvidenceViewTest::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }

    private Locator field(String name) {
        return window.page()
                .locator(".detail .field")
                .filter(new Locator.FilterOptions()
                        .setHas(window.page()
                                .locator(
                                        "dt", new Page.LocatorOptions().setHasText(Pattern.compile("^" + name + "$")))))
                .locator("dd");
    }

    private Locator tile(String name) {
        return window.page()
                .locator(".tile")
                .filter(new Locator.FilterOptions()
                        .setHas(window.page().locator(".tile-name", new Page.LocatorOptions().setHasText(name))));
    }

    private Locator region(String label) {
        return window.page().getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }
}
