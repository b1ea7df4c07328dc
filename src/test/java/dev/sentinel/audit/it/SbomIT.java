package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bill of materials lists exactly what is delivered: the libraries of the server and those of its plugins. */
final class SbomIT {
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

    private final JsonObject sbom = read();

    @Test
    void components_all_areWhatIsDelivered() throws Exception {
        List<String> listed = sbom.getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .map(SbomIT::file)
                .toList();
        List<String> delivered = new ArrayList<>();
        // Not the files in target/lib: a build without clean leaves older versions there.
        try (JarFile jar = new JarFile("target/sentinel-audit.jar")) {
            String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            delivered.addAll(List.of(classPath.replace("lib/", "").split(" ", -1)));
        }
        for (String plugin : List.of("kafka", "aws")) {
            // Here the files: a plugin is all jars of its directory, and an older version would be loaded, too.
            try (Stream<Path> jars = Files.list(Path.of("target/plugins", plugin))) {
                jars.map(jar -> jar.getFileName().toString())
                        .filter(name -> !name.equals("sentinel-" + plugin + ".jar"))
                        .forEach(delivered::add);
            }
        }

        assertThat(listed).containsExactlyInAnyOrderElementsOf(delivered);
    }

    @Test
    void document_sameSources_isReproducible() {
        assertThat(sbom.containsKey("serialNumber")).isFalse();
        assertThat(sbom.getJsonObject("metadata").containsKey("timestamp")).isFalse();
    }

    /** The package URL has the classifier, which a native library has for each platform. */
    private static String file(JsonObject component) {
        Matcher classifier = CLASSIFIER.matcher(component.getString("purl"));
        return component.getString("name") + "-" + component.getString("version")
                + (classifier.find() ? "-" + classifier.group(1) : "") + ".jar";
    }

    private static JsonObject read() {
        try {
            return new JsonObject(Files.readString(Path.of("target/sbom.json")));
        } catch (IOException e) {
            throw new AssertionError("not built: mvn package", e);
        }
    }
}
