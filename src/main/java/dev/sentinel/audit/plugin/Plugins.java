package dev.sentinel.audit.plugin;

import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The plugins of this process. Loaded at start, and until the process ends. Immutable, any thread. */
public final class Plugins {
    private record Plugin(Path folder, ClassLoader loader) {}

    private final List<Plugin> plugins;

    private Plugins(List<Plugin> plugins) {
        this.plugins = plugins;
    }

    /**
     * Opens the plugins of a directory. Reads files; only at start.
     *
     * @param directory with a folder of jars for each plugin; null for no plugins
     * @throws Unusable if it cannot be read, or if a folder of it has no jar
     */
    public static Plugins of(@Nullable Path directory) {
        if (directory == null) {
            return new Plugins(List.of());
        }
        List<Plugin> plugins = new ArrayList<>();
        for (Path folder : entries(directory)) {
            if (Files.isDirectory(folder)) {
                plugins.add(new Plugin(folder, loader(folder)));
            }
        }
        return new Plugins(List.copyOf(plugins));
    }

    private static ClassLoader loader(Path folder) {
        List<URL> jars = new ArrayList<>();
        for (Path file : entries(folder)) {
            if (file.toString().endsWith(".jar")) {
                jars.add(url(file));
            }
        }
        if (jars.isEmpty()) {
            throw new Unusable("PLUGINS_DIR has a folder without a jar: " + folder);
        }
        return new URLClassLoader(
                folder.getFileName().toString(), jars.toArray(URL[]::new), Plugins.class.getClassLoader());
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new Unusable("PLUGINS_DIR cannot be read: " + directory);
        }
    }

    /**
     * What implements an interface: on the class path, and in each plugin. Reads files; only at start.
     *
     * @throws Unusable if a plugin cannot be loaded, as one that was built for another version
     */
    public <T> List<T> implementations(Class<T> service) {
        List<T> found = new ArrayList<>();
        ServiceLoader.load(service, Plugins.class.getClassLoader()).forEach(found::add);
        for (Plugin plugin : plugins) {
            try {
                ServiceLoader.load(service, plugin.loader()).stream()
                        // Its loader also sees the class path.
                        .filter(each -> each.type().getClassLoader() == plugin.loader())
                        .forEach(each -> found.add(each.get()));
            } catch (ServiceConfigurationError | LinkageError e) {
                throw new Unusable("the plugin " + plugin.folder() + " cannot be loaded: " + e.getMessage());
            }
        }
        return found;
    }
}
