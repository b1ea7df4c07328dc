package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboard shows of destinations, and how it steers them: a directory, a webhook, and one that is away. */
@ExtendWith(BrowserExtension.class)
final class DestinationsViewTest {
    @TempDir
    private Path directory;

    private Browser browser;
    private HttpServer receiver;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private RunningServer server;
    private Window window;
    private Page page;

    /** Refuses what contains this word, as a receiver that cannot read it. */
    private volatile String poison = "no event has this";

    @BeforeEach
    void receive(Browser browser) throws IOException {
        this.browser = browser;
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(body);
            exchange.sendResponseHeaders(body.contains(poison) ? 422 : 204, -1);
            exchange.close();
        });
        receiver.start();
        // Jackson makes its reader of objects once in a process, under a lock for which event loops would wait.
        assertThat(new JsonObject("{}")).isEmpty();
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
        receiver.stop(0);
    }

    @Test
    void table_ofSeveral_showsTheOneWithAProblemFirstAndNoPath() {
        start(Map.of("DESTINATIONS", "lake,hook,siem"));
        post(SampleEvents.any());

        show("/ui/destinations", "3 destinations, 1 of them with a problem");

        assertThat(row("siem")).containsText(Pattern.compile("Retrying.*syslog\\+tcp://127.0.0.1:1"));
        assertThat(row("siem").locator(".last-error")).not().isEmpty();
        assertThat(row("siem")).containsText("1 event, ");
        assertThat(row("hook")).containsText(Pattern.compile("Running.*/….*Environment.*None.*None.*Acknowledged"));
        assertThat(page.locator("tbody")).not().containsText("a-path-that-is-a-secret");
        assertThat(row("lake")).containsText(Pattern.compile("Running.*file:/.*/lake"));
        assertThat(page.locator("tbody tr").first()).containsText("siem");
        assertThat(window.inspect("destinations")).isEmpty();
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(1440);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void test_byKeyboard_asksOnceAndSaysWhatCameOfIt() {
        start(Map.of("DESTINATIONS", "hook"));
        show("/ui/destinations", "1 destination");
        row("hook").getByRole(AriaRole.LINK).focus();
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/ui/destinations\\?id=hook$"));
        button("Test").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog h2")).hasText("Test hook?");
        assertThat(window.inspect("destinations-ask")).isEmpty();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(received).isEmpty();

        button("Test").focus();
        page.keyboard().press("Enter");
        page.keyboard().press("Enter");

        assertThat(page.locator(".said")).hasText(Pattern.compile("The test succeeded in \\d+ ms\\."));
        assertThat(received).hasSize(1);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void pauseAndResume_changeTheStateWithoutAReload() {
        start(Map.of("DESTINATIONS", "hook"));
        show("/ui/destinations?id=hook", "Recent deliveries");

        confirm("Pause");
        assertThat(page.locator(".tile .status")).hasText("Paused");
        post(SampleEvents.any());
        assertThat(page.locator(".tile").nth(1)).containsText(Pattern.compile("[23] events"));
        assertThat(received).noneMatch(body -> body.contains("web_search"));
        confirm("Resume");

        assertThat(page.locator(".tile .status")).hasText("Running");
        assertThat(button("Remove")).hasCount(0);
        assertThat(section("Recent deliveries").locator("tbody tr").first())
                .containsText(Pattern.compile("Taken.*HTTP 204"));
        assertThat(page.locator(".tile").nth(1)).containsText("None");
        assertThat(window.inspect("destination")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void replay_ofARange_sendsTheseEventsAgain() {
        start(Map.of("DESTINATIONS", "hook"));
        post(Stream.generate(SampleEvents::any).limit(3).collect(Collectors.joining("\n")));
        show("/ui/destinations?id=hook", "Taken");
        assertThat(page.locator(".tile").nth(1)).containsText("None");
        received.clear();

        button("Replay").click();
        page.getByLabel("From").selectOption("seq");
        page.getByLabel("From: position").fill("1");
        page.locator("select[name=until]").selectOption("seq");
        page.getByLabel("Until, but without: position").fill("1");
        page.locator("dialog .primary").click();
        assertThat(page.locator("dialog [role=alert]")).containsText("until: must be after from=1");
        assertThat(window.inspect("destination-replay")).isEmpty();
        page.getByLabel("Until, but without: position").fill("2");
        page.locator("dialog .primary").click();

        assertThat(page.locator(".said")).hasText(Pattern.compile("Replay.*"));
        page.waitForCondition(() -> received.stream().anyMatch(body -> body.contains("\"seq\":1,")));
        assertThat(received)
                .anySatisfy(body -> assertThat(body).contains("\"seq\":1,").doesNotContain("\"seq\":0,", "\"seq\":2,"));
    }

    @Test
    void failures_ofAReceiverThatIsMended_areDeliveredAgain() {
        poison = "odd_tool";
        start(Map.of("DESTINATIONS", "hook", "DESTINATION_HOOK", hook() + "?start=begin&on_refused=skip"));
        post(SampleEvents.any() + "\n" + SampleEvents.any().replace("web_search", "odd_tool"));

        show("/ui/destinations?id=hook", "HTTP 422");
        assertThat(section("Failures").locator("tbody tr")).hasText(new Pattern[] {Pattern.compile("1.*HTTP 422")});
        assertThat(page.locator(".tile").nth(3)).containsText("Skipped1");
        assertThat(window.inspect("destination-failures")).isEmpty();
        poison = "no event has this";
        confirm("Retry failures");

        assertThat(page.locator(".said")).hasText("1 event delivered, 0 refused again, 0 left.");
        assertThat(section("Failures")).containsText("None.");
        assertThat(button("Retry failures")).hasCount(0);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void failures_thatNobodyWillDeliver_areForgottenAndTheirPositionsRecorded() {
        poison = "odd_tool";
        start(Map.of("DESTINATIONS", "hook", "DESTINATION_HOOK", hook() + "?start=begin&on_refused=skip"));
        post(SampleEvents.any() + "\n" + SampleEvents.any().replace("web_search", "odd_tool"));

        show("/ui/destinations?id=hook", "HTTP 422");
        confirm("Forget failures");

        assertThat(page.locator(".said")).hasText("1 failure forgotten.");
        assertThat(section("Failures")).containsText("None.");
        page.waitForCondition(() -> received.stream().anyMatch(body -> body.contains("destinations.failures.remove")));
        assertThat(received).anySatisfy(body -> assertThat(body).contains("\"positions\":[\"1\"]"));
    }

    @Test
    void none_isSaidWithTheWayToMakeOne() {
        start(Map.of());

        show("/ui/destinations", "This server passes its events on to no other system.");

        assertThat(page.getByText("How to make one")).hasAttribute("href", "/docs/destinations#make-one");
        assertThat(server.client().get("/docs/destinations").body()).contains("id=\"make-one\"");
        assertThat(window.inspect("destinations-none")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    /** The server says which field is wrong; a secret is never shown again. */
    @Test
    void form_makesChangesAndRemovesOne() {
        start(Map.of("FORWARD_ALLOW", "127.0.0.0/8"));
        show("/ui/destinations", "This server passes its events on");
        button("New destination").click();
        page.getByLabel("Id").fill("made-here");
        page.getByLabel("URL").fill("file:/tmp/x");
        page.locator("dialog .primary").click();
        assertThat(page.locator("dialog [role=alert]")).containsText("url: a destination file: acts on the machine");
        page.getByLabel("URL").fill(hook());
        page.getByLabel("Options").fill("format=array\nsecret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        page.getByLabel("Only these events").fill("filter=-agent:sentinel\nstatus=error\nstatus=denied");
        assertThat(window.inspect("destination-form")).isEmpty();
        awaitReload("/v1/destinations");
        page.locator("dialog .primary").click();

        page.waitForURL(Pattern.compile("/ui/destinations\\?id=made-here$"));
        assertThat(section("Settings"))
                .containsText(
                        Pattern.compile("filter=-agent:sentinel.*status=error.*status=denied.*format=array.*secret"));
        assertThat(section("Settings")).not().containsText("whsec_");
        button("Edit").click();
        page.getByLabel("Options").fill("gzip=true");
        page.getByLabel("If it refuses an event").selectOption("skip");
        awaitReload("/v1/destinations/made-here");
        page.locator("dialog .primary").click();
        assertThat(section("Settings")).containsText(Pattern.compile("Skip the event.*gzip=true.*secret"));
        assertThat(section("Settings")).not().containsText("format=array");
        confirm("Remove");

        window.awaitText("This server passes its events on");
        assertThat(page.url()).endsWith("/ui/destinations");
        assertThat(server.client().getJson("/v1/destinations").getJsonArray("destinations"))
                .isEmpty();
    }

    @Test
    void key_withoutAdmin_seesWhyAndAsksNothing() {
        KeyToken key = TestKeys.make(directory.resolve("data"), Set.of(Scope.READ), "", null, null);
        start(Map.of("DESTINATIONS", "hook"));

        page.navigate("/ui/destinations");
        signIn(key.text(), "Not available for this key.");

        assertThat(page.locator(".state")).containsText("Sign in with a key that has the scope admin.");
        assertThat(window.requests()).noneMatch(url -> url.contains("/v1/destinations"));
        assertThat(window.inspect("destinations-barred")).isEmpty();
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void key_withAdmin_steersInTheTabThatSignedInOnly() {
        KeyToken key = TestKeys.make(directory.resolve("data"), Set.of(Scope.ADMIN), "", null, null);
        start(Map.of("DESTINATIONS", "hook"));
        page.navigate("/ui/destinations");
        signIn(key.text(), "1 destination");
        confirm("Pause hook");
        assertThat(row("hook")).containsText("Paused");
        page.setViewportSize(1280, 800);
        assertThat(page.evaluate("document.querySelector('.table-panel').scrollWidth"))
                .isEqualTo(1238);

        page.evaluate("sessionStorage.clear()");
        page.reload();

        window.awaitText("Another tab signed in.");
        assertThat(window.complaints()).isEmpty();
    }

    private String hook() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/a-path-that-is-a-secret";
    }

    private void start(Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "DESTINATION_LAKE",
                "file:" + directory + "/lake?every=1s",
                "DESTINATION_HOOK",
                hook(),
                "DESTINATION_SIEM",
                "syslog+tcp://127.0.0.1:1"));
        variables.putAll(environment);
        variables.keySet().removeIf(name -> name.startsWith("DESTINATION_") && !isNamed(name, environment));
        server = RunningServer.start(directory.resolve("data"), variables);
        window = browser.window(server.client().port());
        page = window.page();
    }

    private static boolean isNamed(String variable, Map<String, String> environment) {
        return environment
                .getOrDefault("DESTINATIONS", "")
                .toUpperCase(Locale.ROOT)
                .contains(variable.substring("DESTINATION_".length()));
    }

    private void show(String path, String text) {
        window.show(path, text);
    }

    private void post(String events) {
        assertThat(server.client().post("application/x-ndjson", events).statusCode())
                .isLessThan(300);
    }

    private void signIn(String key, String text) {
        page.getByLabel("Key").fill(key);
        page.keyboard().press("Enter");
        window.awaitText(text);
    }

    private void confirm(String label) {
        button(label).click();
        page.locator("dialog .primary").click();
        assertThat(page.locator("dialog")).hasCount(0);
    }

    /** The view behind the dialog is loaded again twice, so that it has also been shown once. */
    private void awaitReload(String path) {
        for (int i = 0; i < 2; i++) {
            page.waitForResponse(response -> response.url().endsWith(path), () -> {});
        }
    }

    private Locator button(String label) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label))
                .first();
    }

    private Locator row(String id) {
        return page.locator("tbody tr")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByRole(
                                AriaRole.LINK,
                                new Page.GetByRoleOptions().setName(id).setExact(true))));
    }

    private Locator section(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }
}
