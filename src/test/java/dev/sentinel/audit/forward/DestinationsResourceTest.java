package dev.sentinel.audit.forward;

import static dev.sentinel.audit.forward.ForwardServer.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API of destinations in the whole server; every answer is one of the contract. */
@Timeout(60)
final class DestinationsResourceTest {
    private static final String LAKE = "/v1/destinations/lake";
    private static final OpenApiContract CONTRACT = OpenApiContract.load();

    @TempDir
    private Path directory;

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start(
                directory.resolve("data"),
                Map.of(
                        "DESTINATIONS",
                        "lake",
                        "DESTINATION_LAKE",
                        "file:" + directory + "/lake?every=1s&status=error&status=denied"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void get_destinationOfTheEnvironment_showsWhatItIs() {
        JsonObject lake = json(200, "GET", LAKE, "");

        assertThat(lake.getString("made_by")).isEqualTo("environment");
        assertThat(lake.getString("state")).isEqualTo("running");
        assertThat(lake.getJsonObject("filters").encode()).isEqualTo("{\"status\":[\"error\",\"denied\"]}");
        assertThat(json(200, "GET", "/v1/destinations", "").getJsonArray("destinations"))
                .hasSize(1);
    }

    @Test
    void change_destinationOfTheEnvironment_isRefused() {
        assertThat(detail(409, "PATCH", LAKE, "{\"on_refused\":\"skip\"}")).contains("DESTINATIONS");
        assertThat(detail(409, "DELETE", LAKE, "")).contains("DESTINATIONS");
        assertThat(detail(409, "POST", "/v1/destinations", "{\"id\":\"lake\",\"url\":\"file:/x\"}"))
                .contains("already");
    }

    /** Otherwise a key for the API would be a way to write files. */
    @Test
    void create_fileByTheApi_isRefused() {
        String body = "{\"id\":\"mine\",\"url\":\"file:/etc/cron.d\"}";

        assertThat(json(422, "POST", "/v1/destinations", body)
                        .getJsonArray("errors")
                        .getJsonObject(0)
                        .getString("pointer"))
                .isEqualTo("/url");
        assertThat(json(200, "GET", "/v1/destinations", "").getJsonArray("destinations"))
                .hasSize(1);
    }

    @Test
    void create_wrongMembers_isRefused() {
        for (String body : new String[] {
            "{\"url\":\"stdout:\"}",
            "{\"id\":\"A b\",\"url\":\"stdout:\"}",
            "{\"id\":\"a\",\"url\":5}",
            "{\"id\":\"a\",\"url\":\"https://u:p@host/\"}",
            "{\"id\":\"a\",\"url\":\"stdout:\",\"colour\":\"red\"}",
            "{\"id\":\"a\",\"url\":\"stdout:\",\"filters\":{\"status\":[1]}}",
        }) {
            json(422, "POST", "/v1/destinations", body);
        }
        assertThat(detail(400, "POST", "/v1/destinations", "[]")).contains("object");
        json(404, "GET", "/v1/destinations/none", "");
    }

    @Test
    void member_givenTwice_isRefusedAlsoWithinOptions() {
        String twice = "{\"type\":\"file\",\"options\":{\"directory\":\"/a\",\"directory\":\"/b\"}}";

        assertThat(json(422, "POST", "/v1/destinations", twice).encode())
                .contains("/options/directory")
                .contains("is given twice");
        String none = "{\"id\":\"mine\",\"url\":\"https://example.com/\",\"filters\":{\"status\":null}}";
        assertThat(json(422, "POST", "/v1/destinations", none).encode()).contains("must be a string");
    }

    @Test
    void pauseAndResume_changeTheStateAndAreEvents() {
        assertThat(json(200, "POST", LAKE + "/pause", "").getString("state")).isEqualTo("paused");
        assertThat(json(200, "POST", LAKE + "/resume", "{\"from\":\"begin\"}").getString("state"))
                .isEqualTo("running");

        JsonObject events = server.client().getJson("/v1/agents/sentinel/events");
        assertThat(events.encode())
                .contains("destinations.pause", "destinations.resume", "\"destination\":\"lake\"", "\"next\":\"0\"");
    }

    @Test
    void resume_fromNow_goesOnAtTheEndOfTheLog() {
        json(200, "POST", LAKE + "/pause", "");
        server.append(new Events(3).next(50).toArray(AuditEvent[]::new));

        JsonObject resumed = json(200, "POST", LAKE + "/resume", "{\"from\":\"now\"}");

        assertThat(resumed.getLong("next")).isGreaterThanOrEqualTo(50);
    }

    @Test
    void test_usableDirectory_isOk() {
        JsonObject test = json(200, "POST", LAKE + "/test", "");

        assertThat(test.getBoolean("ok")).isTrue();
        assertThat(test.getValue("error")).isNull();
    }

    @Test
    void replay_range_isDeliveredAndShown() {
        server.append(new Events(3).next(50).toArray(AuditEvent[]::new));

        JsonObject replayed = json(200, "POST", LAKE + "/replay", "{\"from\":\"begin\",\"until\":\"seq:20\"}");

        assertThat(replayed.getJsonObject("replay").getLong("until")).isEqualTo(20);
        WITHIN.until("it ends", () -> json(200, "GET", LAKE, "").getValue("replay") == null);
        json(422, "POST", LAKE + "/replay", "{\"from\":\"seq:20\",\"until\":\"seq:20\"}");
        json(422, "POST", LAKE + "/replay", "{\"from\":\"begin\",\"until\":\"seq:2000\"}");
        json(422, "POST", LAKE + "/replay", "{}");
    }

    @Test
    void deliveries_some_areShown() {
        server.append(new Events(3).next(50).toArray(AuditEvent[]::new));
        WITHIN.until(
                "it has delivered",
                () -> !json(200, "GET", LAKE + "/deliveries", "")
                        .getJsonArray("deliveries")
                        .isEmpty());

        JsonObject delivery = json(200, "GET", LAKE + "/deliveries", "")
                .getJsonArray("deliveries")
                .getJsonObject(0);

        assertThat(delivery.getString("outcome")).isEqualTo("ok");
        assertThat(delivery.getLong("bytes")).isPositive();
        assertThat(json(200, "GET", LAKE + "/failures", "").getJsonArray("failures"))
                .isEmpty();
        assertThat(json(200, "POST", LAKE + "/failures/retry", "").getInteger("left"))
                .isZero();
    }

    private String detail(int status, String method, String target, String body) {
        return json(status, method, target, body).getString("detail");
    }

    private JsonObject json(int status, String method, String target, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.client().port() + target))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        CONTRACT.check(method, target, response);
        return new JsonObject(response.body());
    }
}
