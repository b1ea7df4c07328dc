package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Files in a folder that is named after their content, so that browsers may keep them forever: a different version of
 * the server has a different folder.
 *
 * @param folder the path of the folder, with a slash at its end
 * @param files by the paths of their URLs
 */
record VersionedFiles(String folder, Map<String, StaticFile> files) {
    private static final int DIGEST_CHARACTERS = 16;

    VersionedFiles {
        files = Map.copyOf(files);
    }

    /**
     * Creates the folder. Blocks.
     *
     * @param root the path that contains the folder, with a slash at its end
     * @param contents by their names in the folder
     */
    static VersionedFiles of(String root, SortedMap<String, byte[]> contents) {
        String folder = root + digest(contents) + '/';
        Map<String, StaticFile> files = new HashMap<>();
        contents.forEach((name, content) -> files.put(folder + name, StaticFile.immutable(name, content)));
        return new VersionedFiles(folder, files);
    }

    /** The template with {@code ${folder}} replaced by the path of the folder. */
    String fill(String template) {
        return template.replace("${folder}", folder);
    }

    private static String digest(SortedMap<String, byte[]> contents) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        contents.forEach(
                (name, content) -> all.writeBytes((name + ' ' + StaticFile.digest(content) + '\n').getBytes(UTF_8)));
        return StaticFile.digest(all.toByteArray()).substring(0, DIGEST_CHARACTERS);
    }
}
