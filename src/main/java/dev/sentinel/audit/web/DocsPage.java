package dev.sentinel.audit.web;

import java.util.SortedMap;

/** The parts that all pages of the documentation share: the bar at the top, the style, the search box. */
final class DocsPage {
    private DocsPage() {}

    /** The files that each page needs, by name; the caller may add others. Blocks. */
    static SortedMap<String, byte[]> files() {
        SortedMap<String, byte[]> files = ProductFiles.folder("docs/files");
        ProductFiles.folder("ui").forEach((name, content) -> {
            if (name.equals("base.css") || name.equals("icon.svg")) {
                files.put(name, content);
            }
        });
        return files;
    }

    /**
     * A template with the bar and the URLs filled in. Blocks.
     *
     * @param current the public path of the tab in the bar to which the page belongs
     */
    static String template(String name, VersionedFiles files, String current) {
        String link = "href=\"" + current + '"';
        String bar = files.fill(ProductFiles.text("docs/bar.html")).replace(link, link + " aria-current=\"true\"");
        return files.fill(ProductFiles.text("docs/" + name)).replace("${bar}", bar);
    }

    /** The text as HTML. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
