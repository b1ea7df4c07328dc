package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validates responses against the contract. Thread-safe.
 *
 * <pre>{@code
 * OpenApiContract contract = OpenApiContract.load();
 * contract.check("GET", "/v1/events?limit=1", response);
 * }</pre>
 */
public final class OpenApiContract {
    private static final String URI = "https://sentinel.invalid/openapi.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private OpenApiContract(String text) {
        document = parse(text);
        String definitions = absolute(JSON.createObjectNode().set("$defs", document.at("/components/schemas")))
                .toString();
        schemas = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                factory -> factory.schemaLoaders(loaders -> loaders.schemas(Map.of(URI, definitions))));
    }

    /** The contract on the class path. */
    public static OpenApiContract load() {
        try (InputStream in = OpenApiContract.class.getResourceAsStream("docs/openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not on the class path");
            }
            return new OpenApiContract(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every operation as method and path template, such as {@code GET /v1/events/{event_id}}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(path.getValue()::has)
                        .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    /** Fails with all contract violations in the response to this request. */
    public void check(String method, String target, HttpResponse<String> response) {
        check(
                method,
                target,
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(null),
                response.body());
        JsonNode headers = response(method, target, response.statusCode()).path("headers");
        headers.properties().forEach(header -> {
            if (resolve(header.getValue()).path("required").asBoolean()
                    && response.headers().firstValue(header.getKey()).isEmpty()) {
                throw violation(method, target, response.statusCode(), "misses the header " + header.getKey());
            }
        });
    }

    /**
     * Checks a response that is given by its parts.
     *
     * @param target path and query as sent
     * @param contentType may have parameters; null for none
     */
    public void check(String method, String target, int status, @Nullable String contentType, String body) {
        JsonNode content = response(method, target, status).path("content");
        if (content.isEmpty()) {
            if (!body.isEmpty()) {
                throw violation(method, target, status, "has a body, and should have none");
            }
            return;
        }
        String mediaType = contentType == null ? "" : contentType.split(";", 2)[0].trim();
        if (!content.has(mediaType)) {
            throw violation(method, target, status, "is of the unknown type '" + contentType + "'");
        }
        List<String> errors = validate(content.path(mediaType).path("schema"), value(mediaType, body));
        if (!errors.isEmpty()) {
            throw violation(method, target, status, String.join("; ", errors) + " in " + body);
        }
    }

    /** All violations of a schema of this document by a value. */
    List<String> validate(JsonNode schema, JsonNode value) {
        JsonSchema compiled = schemas.getSchema(absolute(schema), config);
        return compiled.validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    JsonNode document() {
        return document;
    }

    /** The schema with absolute references into the document. */
    private static JsonNode absolute(JsonNode schema) {
        return parse(schema.toString().replace("\"$ref\":\"#/components/schemas/", "\"$ref\":\"" + URI + "#/$defs/"));
    }

    JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode() ? node : document.at(reference.asText().substring(1));
    }

    private JsonNode response(String method, String target, int status) {
        JsonNode response = operation(method, target).path("responses").path(Integer.toString(status));
        if (response.isMissingNode()) {
            throw violation(method, target, status, "is not in the contract");
        }
        return resolve(response);
    }

    private JsonNode operation(String method, String target) {
        String path = target.split("\\?", 2)[0];
        JsonNode paths = document.path("paths");
        String template = paths.has(path)
                ? path
                : template(paths, path).orElseThrow(() -> new AssertionError("No path of the contract fits " + path));
        return paths.path(template).path(method.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> template(JsonNode paths, String path) {
        List<String> templates = new ArrayList<>();
        paths.fieldNames().forEachRemaining(templates::add);
        return templates.stream()
                .filter(template -> Pattern.matches(template.replaceAll("\\{[^}]+}", "[^/]+"), path))
                .findFirst();
    }

    private static JsonNode value(String mediaType, String body) {
        boolean json = mediaType.equals("application/json") || mediaType.endsWith("+json");
        return json ? parse(body) : JSON.getNodeFactory().textNode(body);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    private static AssertionError violation(String method, String target, int status, String what) {
        return new AssertionError("The " + status + " to " + method + " " + target + " " + what);
    }
}
