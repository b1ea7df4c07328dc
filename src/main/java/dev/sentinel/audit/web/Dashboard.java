package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.PublicPath;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The files of the dashboard: half a megabyte. */
final class Dashboard {
    static final String ROOT = "/ui/";

    private static final String PAGE = "index.html";
    private static final String EARLY = "early.js";

    /** The paths that all serve the one page; its script decides what to show. */
    private static final Set<String> VIEWS = Set.of(
            "",
            "runs",
            "events",
            "agents",
            "agent",
            "trace",
            "sessions",
            "compare",
            "evidence",
            "sources",
            "destinations",
            "keys");

    private Dashboard() {}

    /** Loads all files, by the paths of their URLs. Blocks. */
    static Map<String, StaticFile> load(PublicPath paths) {
        SortedMap<String, byte[]> contents = ProductFiles.folder("ui");
        contents.remove(PAGE);
        contents.put("vendor/preact.js", module("org.webjars.npm", "preact", "dist/preact.module.js"));
        contents.put("vendor/hooks.js", module("org.webjars.npm", "preact", "hooks/dist/hooks.module.js"));
        contents.put("vendor/htm.js", module("org.mvnpm", "htm", "dist/htm.module.js"));
        contents.put("vendor/uplot.js", uplot());
        contents.put("vendor/uplot.css", ProductFiles.archived("org.webjars.npm", "uplot", "dist/uPlot.min.css"));
        VersionedFiles versioned = VersionedFiles.of(paths, ROOT, contents);
        String html = ProductFiles.text("ui/" + PAGE).replace("${preload}", preload(contents.keySet()));
        StaticFile page = StaticFile.page(versioned.fill(html), ContentPolicy.STRICT);
        Map<String, StaticFile> files = new HashMap<>(versioned.files());
        VIEWS.forEach(view -> files.put(ROOT + view, page));
        return files;
    }

    /** Replaces imports by package name, as npm modules use them: browsers do not resolve package names. */
    private static byte[] module(String group, String artifact, String name) {
        return new String(ProductFiles.archived(group, artifact, name), UTF_8)
                .replace("from\"preact\"", "from\"./preact.js\"")
                .replaceAll("\n//# sourceMappingURL=.*", "")
                .getBytes(UTF_8);
    }

    /** The minified file is a script that declares a variable; the published module is three times as large. */
    private static byte[] uplot() {
        String script = new String(ProductFiles.archived("org.webjars.npm", "uplot", "dist/uPlot.iife.min.js"), UTF_8);
        return (script + "\nexport default uPlot;\n").getBytes(UTF_8);
    }

    /**
     * Every module is needed: the browser loads them all at once instead of one import after the other. The script that
     * must run before anything is drawn is none.
     */
    private static String preload(Set<String> names) {
        return names.stream()
                .filter(name -> name.endsWith(".js") && !name.equals(EARLY))
                .map(name -> "<link rel=\"modulepreload\" href=\"${folder}" + name + "\">")
                .collect(Collectors.joining("\n    "));
    }
}
