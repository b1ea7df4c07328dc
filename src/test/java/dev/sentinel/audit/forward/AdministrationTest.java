package dev.sentinel.audit.forward;

import static dev.sentinel.audit.forward.ForwardServer.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do, with the real store and a type of the test's own. */
@Timeout(60)
final class AdministrationTest {
    private static final String SECRET = "hunter2-and-more";
    private static final Set<String> MEMBERS = Set.of("id", "url", "options", "filters", "on_refused", "start");
    private static final Principal ADMIN = Principal.API_TOKEN;

    @TempDir
    private Path directory;

    private final Receiver receiver = new Receiver();
    private ForwardServer server;
    private Administration administration;

    @BeforeEach
    void start() {
        StoreConfig config = SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                .store();
        server = new ForwardServer(config, directory.resolve("secrets.key"), receiver, ForwardServer.QUICK, 1);
        administration = new Administration(server.parts(), server.definitions, server.rows, 3);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void create_secret_isEncryptedAndNowhereElse() throws Exception {
        create(
                ADMIN,
                body("siem")
                        .put("options", new JsonObject().put("token", SECRET).put("color", "red")));

        StoredDestination row = server.row();
        assertThat(row.definition()).doesNotContain(SECRET).contains("red");
        assertThat(server.acts).hasSize(1);
        assertThat(server.acts.get(0)).contains("destinations.create", "token").doesNotContain(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("secrets.key"))))
                .isEqualTo("rw-------");
        Definition definition = DefinitionText.read(row.definition());
        String sealed = definition.secrets().get("token");
        assertThat(server.opener.box().open(Opener.context("siem", "test:here", "token"), sealed))
                .isEqualTo(SECRET);
        assertThatThrownBy(() -> server.opener.box().open(Opener.context("lake", "test:here", "token"), sealed))
                .as("for another destination")
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(json().encode())
                .doesNotContain(SECRET)
                .doesNotContain(sealed)
                .contains("\"secrets\":[\"token\"]");
    }

    private JsonObject json() {
        Administration.Found found = administration.find(ADMIN, "siem").await();
        return DestinationJson.of(
                found.row(), found.definition(), server.running.of("siem"), server.log.end(), found.replay());
    }

    @Test
    void create_startsNow_getsWhatComesAfterTheAnswer() {
        server.append(20);
        server.deploy();
        create(ADMIN, body("siem"));

        server.append(30);

        server.awaitTaken(30);
        assertThat(receiver.taken().get(0)).isEqualTo(20);
    }

    @Test
    void change_url_dropsTheSecrets() {
        create(ADMIN, body("siem").put("options", new JsonObject().put("token", SECRET)));

        change(new JsonObject().put("on_refused", "skip"));
        assertThat(definition().secrets()).containsKey("token");
        change(new JsonObject().put("url", "test:elsewhere"));

        assertThat(definition().secrets()).as("they must not go elsewhere").isEmpty();
        assertThat(definition().onRefused()).isEqualTo(OnRefused.SKIP);
    }

    @Test
    void open_urlChangedInTheDatabase_doesNotOpenTheSecret() {
        create(ADMIN, body("siem").put("options", new JsonObject().put("token", SECRET)));
        server.opener.open("siem", definition()).await().close().await();

        String text = server.row().definition().replace("test:here", "test://evil.example/x");

        assertThatThrownBy(() ->
                        server.opener.open("siem", DefinitionText.read(text)).await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("secret");
    }

    /** It could otherwise have the secrets of the environment sent to any place. */
    @Test
    void open_rowClaimsToBeOfTheEnvironment_isRefused() {
        create(ADMIN, body("siem"));

        String text = server.row().definition().replace("\"origin\":\"api\"", "\"origin\":\"environment\"");

        assertThat(DefinitionText.of(DefinitionText.read(text))).isEqualTo(text);
        assertThatThrownBy(() ->
                        server.opener.open("siem", DefinitionText.read(text)).await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DESTINATIONS");
    }

    @Test
    void open_rowClaimsToBeOfTheCommandLine_isRefusedWithoutItsProof() {
        Definition made = server.definition("stop", Map.of());
        server.opener.open("siem", made).await().close().await();

        String forged = DefinitionText.of(made).replace("test:here", "test:elsewhere");

        assertThatThrownBy(() ->
                        server.opener.open("siem", DefinitionText.read(forged)).await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SECRETS_KEY_FILE");
        assertThatThrownBy(() -> server.opener.open("lake", made).await())
                .as("for another destination")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void open_localTypeOfTheApi_isRefused() {
        create(ADMIN, body("siem"));
        receiver.isLocal = true;

        assertThatThrownBy(() -> server.opener.open("siem", definition()).await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only the operator of the server");
    }

    @Test
    void all_oneRowUnreadable_showsTheOthersAndCanRemoveIt() {
        create(ADMIN, body("siem"));
        server.store.add(StoredDestination.starting("new", "{}", 0, null)).await();

        assertThat(administration.all(ADMIN).await())
                .extracting(found -> found.definition().url())
                .containsExactly("unreadable:", "test:here");
        administration.remove(ADMIN, administration.find(ADMIN, "new").await()).await();
        assertThat(administration.all(ADMIN).await()).hasSize(1);
    }

    @Test
    void change_nullOption_removesIt() {
        JsonObject options = new JsonObject().put("token", SECRET).put("color", "red");
        create(ADMIN, body("siem").put("options", options));

        change(new JsonObject().put("options", new JsonObject().putNull("token").putNull("color")));

        assertThat(definition().secrets()).isEmpty();
        assertThat(definition().options()).isEmpty();
    }

    @Test
    void create_moreThanAllowed_isRefused() {
        create(ADMIN, body("a"));
        create(ADMIN, body("b"));
        create(ADMIN, body("c"));

        assertThatThrownBy(() -> create(ADMIN, body("d")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("MAX_DESTINATIONS=3");
        assertThat(server.acts).hasSize(3);
    }

    /** A key with a prefix must not see the events of other agents, nor what others have made. */
    @Test
    void create_keyWithAnAgentPrefix_staysWithinIt() {
        Principal prefixed = new Principal("k", Set.of(Scope.ADMIN), "agent-1", null);
        create(ADMIN, body("all"));
        create(prefixed, body("siem").put("start", "begin"));
        server.append(200);

        assertThat(administration.all(prefixed).await()).hasSize(1);
        assertThat(administration.all(ADMIN).await()).hasSize(2);
        assertThatThrownBy(() -> administration.find(prefixed, "all").await())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failure -> assertThat(failure.problem().status()).isEqualTo(404));
        server.store.remove("all").await();
        server.deploy();
        server.awaitRow("all are looked at", row -> row.next() == 200);
        assertThat(receiver.seen().stream()
                        .flatMap(batch -> batch.events().stream())
                        .map(event -> event.event().agentInstanceId()))
                .isNotEmpty()
                .containsOnly("agent-1");
        assertThat(definition().agentPrefix()).isEqualTo("agent-1");
    }

    @Test
    void create_wrongOption_isRefusedBeforeAnyChange() {
        JsonObject wrong = body("siem").put("options", new JsonObject().put("color", "none"));

        assertThatThrownBy(() -> create(ADMIN, wrong))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("color must be a color");

        assertThat(server.store.all().await()).isEmpty();
        assertThat(server.acts).isEmpty();
        assertThat(receiver.seen()).as("connects to nothing").isEmpty();
    }

    @Test
    void pause_cursorBeyondTheLog_isRefused() {
        server.add(50);
        server.store.hold("siem", 50, "beyond").await();
        Administration.Found found = administration.find(ADMIN, "siem").await();

        assertThatThrownBy(() -> administration.pause(ADMIN, found).await())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failure -> assertThat(failure.problem().status()).isEqualTo(409));
        assertThat(server.acts).isEmpty();
    }

    @Test
    void retry_refusedEvents_deliversThoseThatAreTakenNow() {
        Set<Long> poison = Set.of(3L, 5L, 9L);
        receiver.answers(batch -> Receiver.refusing(batch, poison));
        server.append(12);
        server.add(0, "skip", Map.of());
        server.deploy();
        server.awaitRow("all are passed", row -> row.next() == 12);
        receiver.answers(batch -> Receiver.refusing(batch, Set.of(5L)));

        JsonObject answer =
                new Trial(server.parts()).retry("siem", definition()).await();

        assertThat(answer.getInteger("delivered")).isEqualTo(2);
        assertThat(answer.getInteger("refused")).isEqualTo(1);
        assertThat(answer.getInteger("left")).isEqualTo(1);
        assertThat(server.store.refused("siem").await())
                .extracting(RefusedEvent::seq)
                .containsExactly(5L);
        WITHIN.until("they are there", () -> receiver.taken().containsAll(List.of(3L, 9L)));
    }

    private static JsonObject body(String id) {
        return new JsonObject().put("id", id).put("url", "test:here");
    }

    private void create(Principal caller, JsonObject body) {
        administration.create(caller, DestinationBody.of(body, MEMBERS)).await();
    }

    private void change(JsonObject body) {
        administration
                .change(ADMIN, administration.find(ADMIN, "siem").await(), DestinationBody.of(body, MEMBERS))
                .await();
    }

    private Definition definition() {
        return DefinitionText.read(server.row().definition());
    }
}
