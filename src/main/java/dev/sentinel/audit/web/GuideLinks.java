package dev.sentinel.audit.web;

import dev.sentinel.audit.http.PublicPath;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves the links of the guides. In the repository they are relative to {@code src/site/markdown}; on the server a
 * guide is a page below {@code /docs}, and other files of the repository are not served.
 *
 * @param guides the names of the guides, without {@code .md}
 * @param folder the public path of the folder that contains the images
 * @param paths the public paths of pages
 */
record GuideLinks(Set<String> guides, String folder, PublicPath paths) {
    static final String ROOT = "/docs";
    static final String INDEX = "index";
    static final String SUFFIX = ".md";

    private static final Path SOURCES = Path.of("src/site/markdown");
    private static final Path IMAGES = Path.of("src/site/resources/images");

    /** The host in every example: this server, as a new user reaches it. */
    private static final String EXAMPLE_HOST = "http://localhost:8000/";

    GuideLinks {
        guides = Set.copyOf(guides);
    }

    /** The path of the page of a guide. */
    static String page(String guide) {
        return guide.equals(INDEX) ? ROOT : ROOT + '/' + guide;
    }

    /** Whether the destination is on another host. Other schemes, such as scripts, lead nowhere. */
    static boolean isExternal(String destination) {
        return destination.matches("https?://.*") && !destination.startsWith(EXAMPLE_HOST);
    }

    /** The public path or external URL for a link, or empty if it leads to a file that is not served. */
    Optional<String> link(String destination) {
        if (destination.startsWith(EXAMPLE_HOST)) {
            return Optional.of(paths.of(destination.substring(EXAMPLE_HOST.length() - 1)));
        }
        if (destination.startsWith("#") || isExternal(destination)) {
            return Optional.of(destination);
        }
        int anchor = destination.indexOf('#');
        return guide(destination).map(name -> paths.of(page(name)) + (anchor < 0 ? "" : destination.substring(anchor)));
    }

    /** The name of the guide that a relative destination leads to, or empty if it leads to none. */
    Optional<String> guide(String destination) {
        Path file = file(destination);
        String name = file.getFileName().toString();
        return SOURCES.equals(file.getParent()) && name.endsWith(SUFFIX)
                ? Optional.of(name.substring(0, name.length() - SUFFIX.length()))
                        .filter(guides::contains)
                : Optional.empty();
    }

    /** The public path of an image, or empty if it is not one of the guides' own. */
    Optional<String> image(String destination) {
        Path file = file(destination);
        return IMAGES.equals(file.getParent())
                ? Optional.of(folder + "images/" + file.getFileName())
                : Optional.empty();
    }

    /** The file that a relative destination names, by its path in the repository. */
    static Path file(String destination) {
        int anchor = destination.indexOf('#');
        return SOURCES.resolve(anchor < 0 ? destination : destination.substring(0, anchor))
                .normalize();
    }
}
