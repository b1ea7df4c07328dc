package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bill of materials lists exactly what is delivered. */
final class SbomIT {
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

    private final JsonObject sbom = read();

    @Test
    void components_all_areWhatIsDelivered() throws Exception {
        List<String> listed = sbom.getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .map(SbomIT::file)
                .toList();
        // Not the files in target/lib: a build without clean leaves older versions there.
        try (JarFile jar = new JarFile("target/sentinel-audit.jar")) {
            String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            assertThat(classPath.replace("lib/", "").split(" ", -1)).containsExactlyInAnyOrderElementsOf(listed);
        }
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
