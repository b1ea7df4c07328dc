package dev.sentinel.audit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.forward.DestinationType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginsTest {
    private static final String SOURCE = """
            import dev.sentinel.audit.forward.*;
            import java.util.Set;
            public final class PigeonType implements DestinationType {
                @Override public Set<String> schemes() { return Set.of("pigeon"); }
                @Override public Set<String> options() { return Set.of(); }
                @Override public Set<String> secrets() { return Set.of(); }
                @Override public Destination open(Settings settings, io.vertx.core.Vertx vertx) { return null; }
            }
            """;

    @TempDir
    private Path directory;

    @Test
    void implementations_noPlugins_areThoseOfTheServer() {
        assertThat(schemes(Plugins.of(null))).contains("https", "file").doesNotContain("kafka");
    }

    @Test
    void implementations_plugin_areAddedAndThoseOfTheServerNotTwice() throws IOException {
        jar("PigeonType");

        assertThat(schemes(Plugins.of(directory.resolve("plugins"))))
                .contains("pigeon", "file")
                .doesNotHaveDuplicates();
    }

    @Test
    void of_missingDirectory_isUnusable() {
        assertThatThrownBy(() -> Plugins.of(directory.resolve("none")))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("PLUGINS_DIR cannot be read");
    }

    @Test
    void of_folderWithoutJars_isUnusable() throws IOException {
        Files.createDirectory(directory.resolve("pigeon"));

        assertThatThrownBy(() -> Plugins.of(directory))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("a folder without a jar");
    }

    @Test
    void implementations_classMissing_isUnusable() throws IOException {
        jar("NoSuchType");
        Plugins plugins = Plugins.of(directory.resolve("plugins"));

        assertThatThrownBy(() -> plugins.implementations(DestinationType.class))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("cannot be loaded")
                .hasMessageContaining("NoSuchType");
    }

    private static List<String> schemes(Plugins plugins) {
        return plugins.implementations(DestinationType.class).stream()
                .map(DestinationType::schemes)
                .flatMap(Collection::stream)
                .toList();
    }

    /** Makes a plugin of a class that is nowhere else. */
    private void jar(String named) throws IOException {
        Path source = Files.writeString(directory.resolve("PigeonType.java"), SOURCE);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-d", directory.toString(), source.toString());
        assertThat(failed).isZero();
        Path folder = Files.createDirectories(directory.resolve("plugins").resolve("pigeon"));
        URI jar = URI.create("jar:" + folder.resolve("pigeon.jar").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Path services = Files.createDirectories(zip.getPath("META-INF/services"));
            Files.writeString(services.resolve(DestinationType.class.getName()), named);
            Files.copy(directory.resolve("PigeonType.class"), zip.getPath("PigeonType.class"));
        }
    }
}
