package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.PublicPath;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Files in a folder that is named after their content, so that browsers may keep them forever: a different version of
 * the server has a different folder.
 *
 * @param folder the public path of the folder, with a slash at its end
 * @param base the public path of the server, without a slash at its end
 * @param files by the paths of their URLs
 */
record VersionedFiles(String folder, String base, Map<String, StaticFile> files) {
    private static final int DIGEST_CHARACTERS = 16;

    VersionedFiles {
        files = Map.copyOf(files);
    }

    /**
     * Creates the folder. Blocks.
     *
     * @param paths the public paths of files
     * @param root the path that contains the folder, with a slash at its end
     * @param contents by their names in the folder
     */
    static VersionedFiles of(PublicPath paths, String root, SortedMap<String, byte[]> contents) {
        String folder = root + digest(contents) + '/';
        Map<String, StaticFile> files = new HashMap<>();
        contents.forEach((name, content) -> files.put(folder + name, StaticFile.immutable(name, content)));
        return new VersionedFiles(paths.of(folder), paths.of(""), files);
    }

    /** The template with {@code ${folder}} and {@code ${base}} replaced by those public paths. */
    String fill(String template) {
        return template.replace("${folder}", folder).replace("${base}", base);
    }

    private static String digest(SortedMap<String, byte[]> contents) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        contents.forEach(
                (name, content) -> all.writeBytes((name + ' ' + StaticFile.digest(content) + '\n').getBytes(UTF_8)));
        return StaticFile.digest(all.toByteArray()).substring(0, DIGEST_CHARACTERS);
    }
}
