package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All files of the dashboard, in memory: half a megabyte.
 *
 * @param page the one page
 * @param folder by which its files are found: a digest of all of them
 * @param files by their paths in the folder
 */
record Bundle(Asset page, String folder, Map<String, Asset> files) {
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SVG = "image/svg+xml";

    private static final String ROOT = "dev/sentinel/audit/web/ui/";
    private static final int FOLDER_CHARACTERS = 16;

    /** What {@code main.js} imports, directly or not: loaded all at once instead of one after the other. */
    static final List<String> MODULES = List.of(
            "agent.js",
            "agents.js",
            "api.js",
            "breakdown.js",
            "chart.js",
            "clipboard.js",
            "completion.js",
            "detail.js",
            "dom.js",
            "events.js",
            "feed.js",
            "filter.js",
            "format.js",
            "health.js",
            "help.js",
            "icons.js",
            "keys.js",
            "list.js",
            "login.js",
            "main.js",
            "overview.js",
            "querybar.js",
            "range.js",
            "rangepicker.js",
            "route.js",
            "shell.js",
            "states.js",
            "stats.js",
            "tail.js",
            "timeline.js",
            "trace.js",
            "waterfall.js",
            "welcome.js");

    static final List<String> STYLES = List.of("base.css", "views.css");

    Bundle {
        files = Map.copyOf(files);
    }

    /** Reads it from the class path. Blocks. */
    static Bundle load() {
        Map<String, Asset> files = new LinkedHashMap<>();
        MODULES.forEach(name -> files.put(name, Asset.of(JAVASCRIPT, Asset.read(ROOT + name))));
        STYLES.forEach(name -> files.put(name, Asset.of(CSS, Asset.read(ROOT + name))));
        files.put("icon.svg", Asset.of(SVG, Asset.read(ROOT + "icon.svg")));
        files.put("vendor/preact.js", module("org.webjars.npm", "preact", "dist/preact.module.js"));
        files.put("vendor/hooks.js", module("org.webjars.npm", "preact", "hooks/dist/hooks.module.js"));
        files.put("vendor/htm.js", module("org.mvnpm", "htm", "dist/htm.module.js"));
        files.put("vendor/uplot.js", Asset.of(JAVASCRIPT, uplot()));
        files.put(
                "vendor/uplot.css",
                Asset.of(CSS, Asset.readPackaged("org.webjars.npm", "uplot", "dist/uPlot.min.css")));
        String folder = digest(files);
        String html = new String(Asset.read(ROOT + "index.html"), UTF_8)
                .replace("${preload}", preload(files))
                .replace("${folder}", folder);
        return new Bundle(Asset.of("text/html; charset=utf-8", html.getBytes(UTF_8)), folder, files);
    }

    /** A module of npm names another by its package, which browsers do not know. */
    private static Asset module(String group, String artifact, String name) {
        String text = new String(Asset.readPackaged(group, artifact, name), UTF_8)
                .replace("from\"preact\"", "from\"./preact.js\"")
                .replaceAll("\n//# sourceMappingURL=.*", "");
        return Asset.of(JAVASCRIPT, text.getBytes(UTF_8));
    }

    /** The minified file is a script that declares a variable; the module that is published is three times as large. */
    private static byte[] uplot() {
        String script = new String(Asset.readPackaged("org.webjars.npm", "uplot", "dist/uPlot.iife.min.js"), UTF_8);
        return (script + "\nexport default uPlot;\n").getBytes(UTF_8);
    }

    private static String preload(Map<String, Asset> files) {
        return files.keySet().stream()
                .filter(name -> name.endsWith(".js"))
                .map(name -> "<link rel=\"modulepreload\" href=\"/ui/${folder}/" + name + "\">")
                .collect(Collectors.joining("\n    "));
    }

    private static String digest(Map<String, Asset> files) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        files.forEach((name, asset) -> {
            all.writeBytes((name + ' ' + asset.etag() + '\n').getBytes(UTF_8));
        });
        return Asset.digest(all.toByteArray()).substring(0, FOLDER_CHARACTERS);
    }
}
