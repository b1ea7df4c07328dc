package dev.sentinel.audit.web;

import dev.sentinel.audit.http.PublicPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The page that shows the contract and lets people try it: Swagger UI, two megabytes. */
final class ApiReference {
    static final String PAGE = GuideLinks.ROOT + "/api-reference";

    /** The files of the archive that the page loads. */
    private static final List<String> SWAGGER_UI = List.of("swagger-ui.css", "swagger-ui-bundle.js");

    private ApiReference() {}

    /** Loads all files, by the paths of their URLs. Blocks. */
    static Map<String, StaticFile> load(PublicPath paths) {
        SortedMap<String, byte[]> contents = DocsPage.files();
        SWAGGER_UI.forEach(name -> contents.put(name, ProductFiles.archived("org.webjars", "swagger-ui", name)));
        VersionedFiles versioned = VersionedFiles.of(paths, PAGE + '/', contents);
        String html = DocsPage.template("api-reference.html", versioned, paths.of(PAGE));
        Map<String, StaticFile> files = new HashMap<>(versioned.files());
        files.put(PAGE, StaticFile.page(html, ContentPolicy.SWAGGER_UI));
        return files;
    }
}
