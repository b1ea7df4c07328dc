package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people do in the dashboard with their keys. One server for all tests, and a window for each. */
@ExtendWith(BrowserExtension.class)
final class PeopleViewTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    @TempDir
    private static Path directory;

    private static RunningServer server;
    private static KeyToken admin;
    private static KeyToken reader;

    private Window window;
    private Page page;

    @BeforeAll
    static void start() {
        admin = TestKeys.make(directory, Set.of(Scope.ADMIN), "", null, null);
        reader = TestKeys.make(directory, Set.of(Scope.READ), "agent-", null, Instant.parse("2999-01-01T00:00:00Z"));
        server = RunningServer.start(directory);
        String events = event("plan", 0, "agent-1")
                + '\n'
                + event("search", 2_000, "agent-2")
                + '\n'
                + event("refund", 5_000, "agent-1").replace("success", "error");
        HttpRequest post = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.client().port() + "/v1/events"))
                .header("Content-Type", "application/x-ndjson")
                .header("Authorization", "Bearer " + admin.text())
                .POST(HttpRequest.BodyPublishers.ofString(events))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .sendAsync(post, HttpResponse.BodyHandlers.ofString())
                        .join()
                        .statusCode())
                .isEqualTo(201);
    }

    private static String event(String resource, long offsetMs, String agent) {
        return new JsonObject()
                .put("event_id", UUID.randomUUID().toString())
                .put("timestamp", START.plusMillis(offsetMs).toString())
                .put("agent_instance_id", agent)
                .put("trace_id", "run-1")
                .put("actor", "agent")
                .put("action_type", "tool_call")
                .put("resource", resource)
                .put("status", "success")
                .put("latency_ms", 1_000)
                .encode();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open(Browser browser) {
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void close() {
        // The browser reports what the server refuses.
        assertThat(window.complaints()).allMatch(complaint -> complaint.contains("409 (Conflict)"));
        window.close();
    }

    @Test
    void note_byKeyboard_isAnEventOfTheRun() {
        signIn(admin, "/ui/trace?id=run-1", "What happened");

        button("Add a note").focus();
        page.keyboard().press("Enter");
        page.keyboard().type("Asked the customer, refunded by hand.\nSee ticket 4711.");
        page.getByLabel("About the agent").selectOption("agent-2");
        assertThat(window.inspect("note-form")).isEmpty();
        button("Add it").focus();
        page.keyboard().press("Enter");

        Locator note = page.getByLabel("Notes", new Page.GetByLabelOptions().setExact(true));
        assertThat(note)
                .containsText(Pattern.compile("refunded by hand.*test with the key " + admin.id(), Pattern.DOTALL));
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page.locator(".grid-body .w-resource").last()).containsText("Note: Asked the customer");
        assertThat(page.locator(".grid-body .w-agent").last()).hasText("agent-2");
        assertThat(page.locator(".summary")).containsText("Took6.00 s");
        page.locator(".grid-body .grid-row").last().click();
        assertThat(page.locator(".detail")).containsText("human");
        assertThat(window.inspect("note")).isEmpty();

        page.locator(".grid-body .grid-row").first().click();
        button("Add a note").click();
        page.keyboard().type("This plan was wrong.");
        assertThat(page.locator("dialog")).containsText("On the step plan.");
        button("Add it").click();
        assertThat(note.locator("li")).hasCount(2);
        page.keyboard().press("Escape");
        note.getByRole(AriaRole.BUTTON).click();
        assertThat(page.locator(".detail-resource")).hasText("plan");
    }

    @Test
    void note_withAKeyThatOnlyReads_isNotOffered() {
        signIn(reader, "/ui/trace?id=run-1", "What happened");

        assertThat(button("Add a note")).hasCount(0);
    }

    @Test
    void view_savedByAReader_isFoundInThePaletteRenamedAndRemoved() {
        signIn(reader, "/ui/events?query=status:error", "1 event");

        page.keyboard().press("v");
        page.getByLabel("Save what is shown as").fill("Errors");
        page.keyboard().press("Enter");
        assertThat(page.locator(".saved-views li a")).hasText("Errors");
        assertThat(page.locator(".saved-views li a")).hasAttribute("href", "/ui/events?query=status%3Aerror");
        button("Save").click();
        assertThat(page.locator(".saved-views [role=status]").first())
                .hasText("Another of your views has this name. Choose another name.");
        button("Rename Errors").click();
        page.keyboard().type("What failed");
        page.keyboard().press("Enter");
        assertThat(page.locator(".saved-views li a")).hasText("What failed");
        assertThat(window.inspect("saved-views")).isEmpty();
        page.keyboard().press("Escape");
        window.go("/ui/runs", "run-1");
        page.keyboard().press("Control+k");
        page.keyboard().type("what f");
        assertThat(page.locator(".target").first()).hasText(Pattern.compile("saved\\s*What failed"));
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/ui/events\\?query=status%3Aerror$"));
        button("Saved views").click();
        button("Remove What failed").click();
        assertThat(page.locator(".saved-views li")).hasCount(0);
        button("Undo").click();
        assertThat(page.locator(".saved-views li a")).hasText("What failed");
        button("Remove What failed").click();
        assertThat(page.locator(".saved-views li")).hasCount(0);
    }

    @Test
    void key_madeByKeyboard_isShownOnceAndRevoked() {
        signIn(admin, "/ui/keys", "active keys");
        button("New key").focus();
        page.keyboard().press("Enter");
        page.keyboard().type("billing agents");
        page.keyboard().press("Tab");
        page.keyboard().press("Space");
        page.getByLabel("read").focus();
        page.keyboard().press("Space");
        assertThat(window.inspect("key-form")).isEmpty();
        button("Make it").focus();
        page.keyboard().press("Enter");

        String token = page.locator(".secret pre").innerText();
        assertThat(token).matches("snt_[a-z2-7]{8}_[a-z2-7]{52}");
        assertThat(window.inspect("key-secret")).isEmpty();
        page.keyboard().press("Escape");
        assertThat(page.locator(".secret")).isVisible();
        button("I have copied it").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog")).hasCount(0);
        Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("billing agents"));
        assertThat(row).containsText(Pattern.compile("Active.*read.*All.*Server's"));
        assertThat(page.locator("body")).not().containsText(token);
        assertThat(window.inspect("keys")).isEmpty();
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(1440);
        page.setViewportSize(1280, 800);
        assertThat(page.evaluate("document.querySelector('.table-panel').scrollWidth"))
                .isEqualTo(1238);
        button("Revoke billing agents").click();
        button("Revoke it").click();

        assertThat(row).containsText("Revoked");
        assertThat(row.getByRole(AriaRole.BUTTON)).hasCount(0);
    }

    @Test
    void session_saysWhoIsSignedIn() {
        signIn(reader, "/ui/agents", "agent-1");
        assertThat(page.getByTitle("Signed in as test")).containsText("test");

        page.getByTitle("Signed in as").click();

        assertThat(page.locator(".who-am-i"))
                .containsText(Pattern.compile("test " + reader.id() + ".*read.*agent-.*2999", Pattern.DOTALL));
        assertThat(window.inspect("account")).isEmpty();
        page.keyboard().press("Escape");
        window.go("/ui/keys", "Not available for this key.");
        assertThat(window.requests()).noneMatch(url -> url.contains("/v1/keys"));
    }

    /** What is drawn first has the theme already. */
    @Test
    void appearance_chosenByKeyboard_staysWithoutAFlash() {
        signIn(reader, "/ui/events?query=-resource:sentinel.note", "3 events");
        double comfortable = page.locator(".grid-body .grid-row").first().boundingBox().height;
        String ground = "getComputedStyle(document.body).backgroundColor";
        Object light = page.evaluate(ground);
        page.getByTitle("Signed in as").focus();
        page.keyboard().press("Enter");
        page.getByLabel("As the system").focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("ArrowRight");
        page.getByLabel("Comfortable").focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.evaluate(ground)).isNotEqualTo(light);
        assertThat(window.inspect("appearance")).isEmpty();

        page.addInitScript("""
                new MutationObserver(() => {
                  if (document.body) window.first ??= document.documentElement.dataset.theme ?? "none";
                }).observe(document, { childList: true, subtree: true });
                """);
        page.reload();
        window.awaitText("3 events");

        assertThat(page.evaluate("first")).isEqualTo("dark");
        assertThat(page.evaluate(ground)).isNotEqualTo(light);
        assertThat(page.locator(".grid-body .grid-row").first().boundingBox().height)
                .isLessThan(comfortable);
        assertThat(window.inspect("compact")).isEmpty();
    }

    private void signIn(KeyToken key, String path, String text) {
        page.navigate(path);
        page.getByLabel("Key").fill(key.text());
        page.keyboard().press("Enter");
        window.awaitText(text);
    }

    private Locator button(String label) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label).setExact(true));
    }
}
