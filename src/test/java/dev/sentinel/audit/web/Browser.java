package dev.sentinel.audit.web;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The Chromium of this machine. Not thread-safe, like Playwright. */
final class Browser implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    /** {@code -Dscreenshots=true} writes them, for people: no test reads them. */
    private static final boolean LOOKED_AT = Boolean.getBoolean("screenshots");

    private static final List<String> NAMES =
            List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    private Browser(Playwright playwright, Path executable) {
        this.playwright = playwright;
        this.chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        // In containers one is root, for whom Chromium has no sandbox, and shared memory is small. It
                        // only visits this machine, which need not play a graphics card.
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")));
    }

    /** Starts a browser; aborts the test, visibly, if Chromium is not installed. */
    static Browser open() {
        Optional<Path> executable = find();
        Assumptions.assumeTrue(
                executable.isPresent(),
                "Chromium is not installed (Debian: apt-get install chromium), so the dashboard is not tested");
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Browser(playwright, executable.get());
    }

    private static Optional<Path> find() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Opens a window with its own context: no cookies, English, the time zone of Berlin. */
    Window window(int port) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL("http://127.0.0.1:" + port)
                .setViewportSize(Size.DESKTOP.width, Size.DESKTOP.height)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin")
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(10_000);
        return new Window(context);
    }

    @Override
    public void close() {
        playwright.close();
    }

    /** Window sizes in CSS pixels. */
    private enum Size {
        DESKTOP(1440, 900),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Size(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    /** One page, and the errors in it. */
    static final class Window implements AutoCloseable {
        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new CopyOnWriteArrayList<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();

        private Window(BrowserContext context) {
            this.context = context;
            this.page = context.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(this::listen);
            page.onDialog(dialog -> {
                complaints.add("dialog: " + dialog.message());
                dialog.dismiss();
            });
            page.onRequest((Request request) -> requests.add(request.url()));
        }

        private void listen(ConsoleMessage message) {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        }

        Page page() {
            return page;
        }

        /** Opens a view, and returns when it shows this text. */
        Page show(String path, String text) {
            page.navigate(path);
            awaitText(text);
            return page;
        }

        /** Opens a view within the current page, like a link: without reloading it. */
        Page go(String path, String text) {
            page.evaluate("""
                    path => {
                      history.pushState(null, "", path);
                      dispatchEvent(new PopStateEvent("popstate"));
                    }
                    """, path);
            awaitText(text);
            return page;
        }

        void awaitText(String text) {
            page.getByText(text).first().waitFor();
        }

        /** Changes the size and the theme of the window. */
        private void become(Size size, ColorScheme scheme) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            page.setViewportSize(size.width, size.height);
        }

        /** Errors and warnings of scripts, violations of the policy, dialogs. */
        List<String> complaints() {
            return List.copyOf(complaints);
        }

        /** The requested URLs. */
        List<String> requests() {
            return List.copyOf(requests);
        }

        private AxeBuilder axe() {
            AxeRunOptions options = new AxeRunOptions();
            // Not all that is good, which is every element many times.
            options.setResultTypes(List.of("violations"));
            return new AxeBuilder(page).options(options);
        }

        /** What axe finds wrong, a line each; the page has no frames, in which its newer mode would look too. */
        private static List<String> violations(AxeBuilder axe) {
            return axe.setLegacyMode(true).analyze().getViolations().stream()
                    .map(Window::describe)
                    .toList();
        }

        private static String describe(Rule rule) {
            return rule.getId() + ": " + rule.getHelp() + " "
                    + rule.getNodes().stream()
                            .map(node -> node.getHtml())
                            .limit(3)
                            .toList();
        }

        private void screenshot(String name) {
            if (!LOOKED_AT) {
                return;
            }
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        }

        /**
         * Takes screenshots at both widths and in both themes if asked to, and returns the violations of both themes.
         */
        List<String> inspect(String name) {
            screenshot(name);
            List<String> violations = new ArrayList<>(violations(axe()));
            become(Size.DESKTOP, ColorScheme.DARK);
            screenshot(name + "-dark");
            // All that depends on the theme.
            violations.addAll(violations(axe().withRules(List.of("color-contrast"))));
            become(Size.PHONE, ColorScheme.DARK);
            screenshot(name + "-phone-dark");
            become(Size.PHONE, ColorScheme.LIGHT);
            screenshot(name + "-phone");
            become(Size.DESKTOP, ColorScheme.LIGHT);
            return violations;
        }

        @Override
        public void close() {
            // A request that comes while the page closes would reach a handler that can no longer answer it, and its
            // error would be thrown in whatever the next test does.
            page.unrouteAll();
            context.close();
        }
    }
}
