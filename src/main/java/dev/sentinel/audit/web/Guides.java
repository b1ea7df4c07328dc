package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.PublicPath;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Renders the guides as pages below {@code /docs}, and an index for the search box. Each page has a list of all guides
 * at its side, in the order of the guide {@code index}.
 */
final class Guides {
    private Guides() {}

    /** Renders all guides, by the paths of their URLs. Blocks. */
    static Map<String, StaticFile> load(PublicPath paths) {
        Map<String, Guide> guides = parse(ProductFiles.folder("guides"));
        SortedMap<String, byte[]> contents = DocsPage.files();
        ProductFiles.folder("guides/images").forEach((name, content) -> contents.put("images/" + name, content));
        VersionedFiles versioned = VersionedFiles.of(paths, GuideLinks.ROOT + '/', contents);
        GuideLinks links = new GuideLinks(guides.keySet(), versioned.folder(), paths);
        GuideIndex index = GuideIndex.of(guides, links);

        Map<String, StaticFile> files = new HashMap<>(versioned.files());
        files.put(
                GuideLinks.ROOT + "/search.json",
                StaticFile.revalidated(
                        "search.json", searchIndex(index.guides(), paths).getBytes(UTF_8)));
        String template = DocsPage.template("guide.html", versioned, paths.of(GuideLinks.ROOT));
        guides.forEach((name, guide) -> {
            String html = template.replace("${title}", DocsPage.escape(guide.title()))
                    .replace("${guides}", navigation(index, guide, paths))
                    // Last, because a guide may show such a variable.
                    .replace("${content}", GuideHtml.render(guide, links));
            files.put(GuideLinks.page(name), StaticFile.page(html, ContentPolicy.STRICT));
        });
        files.put(GuideLinks.ROOT + '/', files.get(GuideLinks.ROOT));
        return files;
    }

    private static Map<String, Guide> parse(SortedMap<String, byte[]> sources) {
        Map<String, Guide> guides = new LinkedHashMap<>();
        sources.forEach((file, content) -> {
            if (file.endsWith(GuideLinks.SUFFIX)) {
                String name = file.substring(0, file.length() - GuideLinks.SUFFIX.length());
                guides.put(name, Guide.parse(name, new String(content, UTF_8)));
            }
        });
        return guides;
    }

    /** The list of the guides, with the chapters of the current guide. */
    private static String navigation(GuideIndex index, Guide shown, PublicPath paths) {
        StringBuilder list = new StringBuilder();
        for (GuideIndex.Group group : index.groups()) {
            if (!group.title().isEmpty()) {
                list.append("<h2>").append(DocsPage.escape(group.title())).append("</h2>");
            }
            list.append("<ul>\n");
            group.guides()
                    .forEach(guide -> list.append(entry(guide, guide.name().equals(shown.name()), paths)));
            list.append("</ul>\n");
        }
        return list.toString();
    }

    private static String entry(Guide guide, boolean shown, PublicPath paths) {
        String page = paths.of(GuideLinks.page(guide.name()));
        String title = DocsPage.escape(guide.title());
        return shown
                ? "<li><a href=\"" + page + "\" aria-current=\"page\">" + title + "</a>" + chapters(guide) + "</li>\n"
                : "<li><a href=\"" + page + "\">" + title + "</a></li>\n";
    }

    private static String chapters(Guide guide) {
        StringBuilder list = new StringBuilder();
        for (Guide.Section section : guide.sections()) {
            if (section.level() == 2) {
                list.append("<li><a href=\"#")
                        .append(section.anchor())
                        .append("\">")
                        .append(DocsPage.escape(section.title()))
                        .append("</a></li>");
            }
        }
        return list.isEmpty() || guide.name().equals(GuideLinks.INDEX) ? "" : "<ul>" + list + "</ul>";
    }

    private static String searchIndex(List<Guide> guides, PublicPath paths) {
        JsonArray sections = new JsonArray();
        for (Guide guide : guides) {
            for (Guide.Section section : guide.sections()) {
                String page = paths.of(GuideLinks.page(guide.name()));
                sections.add(new JsonObject()
                        .put("url", section.level() == 1 ? page : page + '#' + section.anchor())
                        .put("guide", guide.title())
                        .put("title", section.title())
                        .put("text", section.text()));
            }
        }
        return sections.encode();
    }
}
