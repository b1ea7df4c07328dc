package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.ingest.otlp.mapping.Mapping;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.web.Browser.Window;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who sends and what is refused, in the view of the sources and before the first event. */
@ExtendWith(BrowserExtension.class)
final class SourcesViewTest {
    private static final Path REASONS = Path.of("src/main/resources/dev/sentinel/audit/web/ui/refused.js");

    private static final String STEP = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"billing"}}]},\
            "scopeSpans":[{"scope":{"name":"my.scope"},"spans":[\
            {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b8","name":"step","kind":1}]}]}]}""";

    @TempDir
    private Path directory;

    private Browser browser;
    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void keep(Browser browser) {
        this.browser = browser;
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    private void start() {
        server = RunningServer.start(directory);
        window = browser.window(server.client().port());
        page = window.page();
    }

    @Test
    void senders_areShownWithWhatBecameOfIt() {
        start();
        UUID id = UUID.randomUUID();
        post(SampleEvents.of(id));
        post(SampleEvents.of(id));
        post(SampleEvents.with(id, "{\"other\":1}"));
        server.client().postTo("/v1/traces", "application/json", STEP);

        window.show("/ui/sources", "acme/1.0");

        assertThat(row("acme/1.0")).containsText(Pattern.compile("events, JSON.*none.*(just now|ago)"));
        assertThat(row("acme/1.0").locator(".numeric").nth(1)).hasText("3");
        assertThat(row("acme/1.0").locator(".denied")).hasText("1");
        assertThat(row("OTLP")).containsText("1 × an internal step");
        assertThat(page.getByText("Nothing was refused.")).hasCount(0);
        assertThat(window.inspect("sources")).isEmpty();
        post(SampleEvents.any());
        assertThat(row("acme/1.0").locator(".numeric").nth(1)).hasText("4");
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void refusals_areShownInWordsWithWhatToDo() {
        start();
        window.show("/ui/sources", "Nothing was refused.");
        assertThat(page.getByText("Nobody has sent anything since this server started."))
                .isVisible();
        assertThat(window.inspect("sources-none")).isEmpty();

        post("{}");
        server.client().postTo("/v1/traces/v1/traces", "application/json", "{}");
        server.client().postTo("/v1/traces/v1/traces", "application/json", "{}");

        assertThat(page.locator(".refused li")).hasCount(2);
        assertThat(page.locator(".refused li").first())
                .containsText(Pattern.compile("Wrong path \\(404\\).*the path is.*at 127.0.0.1.*2 times"));
        assertThat(page.locator(".refused li").last())
                .containsText(Pattern.compile("Not valid \\(422\\).*From acme/1.0"));
        assertThat(window.inspect("sources-refused")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    /** Exporters hide that they fail, so the page that waits for them says it. */
    @Test
    void firstStart_somethingRefused_saysWhyWithoutAReload() {
        start();
        window.show("/ui/", "Waiting for the first event");
        assertThat(page.locator(".came")).hasCount(0);
        server.client().postTo("/v1/traces", "application/json", STEP);
        assertThat(page.locator(".came")).containsText("there was nothing to record:");
        assertThat(page.locator(".came"))
                .containsText(
                        Pattern.compile("sent 1 record.*none of them is an action of an agent: an internal step"));

        server.client().postTo("/v1/traces/v1/traces", "application/json", "{}");

        assertThat(page.locator(".came h2")).hasText("This came and was refused:");
        assertThat(page.locator(".came")).containsText("the path is");
        assertThat(window.inspect("welcome-refused")).isEmpty();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("All sources"))
                .focus();
        page.keyboard().press("Enter");
        window.awaitText("Who sends");
        page.keyboard().press("g");
        page.keyboard().press("o");
        post(SampleEvents.any());
        window.awaitText("Active agents");
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void key_withoutAdmin_seesWhyAndAsksNothing() {
        KeyToken key = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        start();
        page.navigate("/ui/");
        page.getByLabel("Key").fill(key.text());
        page.keyboard().press("Enter");
        window.awaitText("Waiting for the first event");

        window.go("/ui/sources", "Not available for this key.");

        assertThat(window.requests()).noneMatch(url -> url.contains("/v1/sources"));
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void reasons_ofTheServer_allHaveWords() throws IOException {
        start();
        String words = Files.readString(REASONS);
        assertThat(Mapping.packaged().reasons())
                .allSatisfy(reason -> assertThat(words).contains("  " + reason + ": \""));
    }

    private void post(String event) {
        server.client()
                .post(BodyPublishers.ofString(event), "Content-Type", "application/json", "User-Agent", "acme/1.0");
    }

    private Locator row(String text) {
        return page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(text));
    }
}
