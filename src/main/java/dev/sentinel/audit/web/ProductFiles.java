package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Reads the files of the product: from its own jar (or the directory of its classes), and from the archives of web
 * files on the class path. All methods block. They throw {@link UncheckedIOException} for a missing file, because the
 * product is incomplete without it.
 */
final class ProductFiles {
    private static final String ROOT = "dev/sentinel/audit/web/";

    private ProductFiles() {}

    /**
     * Reads all files of a folder beside this class, without its subfolders.
     *
     * @return the contents by name, in the order of the names; the caller may change the map
     */
    static SortedMap<String, byte[]> folder(String folder) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try {
            Path product = product();
            if (Files.isDirectory(product)) {
                readDirectory(product.resolve(ROOT + folder), files);
            } else {
                readJar(product, ROOT + folder + '/', files);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The text of a file in a folder beside this class. */
    static String text(String name) {
        return new String(read(ROOT + name), UTF_8);
    }

    /**
     * The content of a file in an archive of web files, in the version that is on the class path.
     *
     * @param group of the archive, {@code org.webjars}, {@code org.webjars.npm} or {@code org.mvnpm}
     */
    static byte[] archived(String group, String artifact, String name) {
        Properties archive = new Properties();
        try (InputStream in = open("META-INF/maven/" + group + '/' + artifact + "/pom.properties")) {
            archive.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String folder = group.startsWith("org.webjars") ? "webjars" : "_static";
        return read(
                "META-INF/resources/" + folder + '/' + artifact + '/' + archive.getProperty("version") + '/' + name);
    }

    /** The jar that contains this class, or the directory of the classes if they are not packaged. */
    private static Path product() {
        try {
            return Path.of(ProductFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readDirectory(Path directory, SortedMap<String, byte[]> files) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            for (Path file : list.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
    }

    private static void readJar(Path path, String prefix, SortedMap<String, byte[]> files) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            List<JarEntry> entries = Collections.list(jar.entries());
            for (JarEntry entry : entries) {
                String name = entry.getName();
                if (name.startsWith(prefix) && !entry.isDirectory() && name.indexOf('/', prefix.length()) < 0) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        files.put(name.substring(prefix.length()), in.readAllBytes());
                    }
                }
            }
        }
        if (files.isEmpty()) {
            throw new FileNotFoundException("not in " + path + ": " + prefix);
        }
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = ProductFiles.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException("not on the class path: " + resource);
        }
        return in;
    }
}
