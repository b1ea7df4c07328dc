package dev.sentinel.audit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.keys.TokenHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentinelConfigTest {
    private static final Path ENV_FILE = Path.of("conf/sentinel.env");
    private static final Path GUIDE = Path.of("src/site/markdown/configuration.md");

    /** Only the scripts in {@code bin} read these. */
    private static final Set<String> LAUNCHER_VARIABLES = Set.of("SENTINEL_ENV_FILE", "JAVA_HOME", "JAVA_OPTS");

    private static final Path SOURCE = Path.of("src/main/java/dev/sentinel/audit/config/SentinelConfig.java");

    @Test
    void fromEnvironment_empty_returnsDefaults() {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of());

        assertThat(config.http().host()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(8000);
        assertThat(config.store().database()).isEqualTo(new Database.Sqlite(Path.of("data/sentinel_audit.db")));
        assertThat(config.ingest().maxBodyBytes()).isEqualTo(16 * 1024 * 1024);
        assertThat(config.ingest().admissionWait()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Level.INFO, LogConfig.Format.TEXT));
    }

    @Test
    void variable_blank_countsAsUnset() {
        assertThat(SentinelConfig.fromEnvironment(Map.of("PORT", " ", "API_TOKEN", "")))
                .isEqualTo(SentinelConfig.fromEnvironment(Map.of()));
    }

    @Test
    void envFile_values_equalDefaults() throws IOException {
        assertThat(SentinelConfig.fromEnvironment(envFile())).isEqualTo(SentinelConfig.fromEnvironment(Map.of()));
    }

    @Test
    void envFile_variables_equalThoseInCode() throws IOException {
        TreeSet<String> variablesInCode = new TreeSet<>();
        Matcher name = Pattern.compile("\"([A-Z][A-Z_]+)\"").matcher(Files.readString(SOURCE));
        while (name.find()) {
            variablesInCode.add(name.group(1));
        }

        assertThat(envFile().keySet()).isEqualTo(variablesInCode);
    }

    @Test
    void guide_itsTables_nameEveryVariableWithItsDefault() throws IOException {
        Map<String, String> guide = new TreeMap<>();
        Matcher row =
                Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| `?([^`|]*?)`? \\|").matcher(Files.readString(GUIDE));
        while (row.find()) {
            assertThat(guide.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
        }

        Map<String, String> expected = envFile();
        expected.replaceAll((name, value) -> value.isEmpty() ? "none" : value);
        expected.put("EVENT_LOOPS", "number of processors");
        guide.keySet().removeAll(LAUNCHER_VARIABLES);
        assertThat(guide).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "PORT, eighty",
        "PORT, 65536",
        "PORT, -1",
        "EVENT_LOOPS, 0",
        "IDLE_TIMEOUT, 60",
        "IDLE_TIMEOUT, 0s",
        "DATABASE_URL, mysql://db/x",
        "DATABASE_URL, sqlite:",
        "DATABASE_URL, postgresql://localhost/audit",
        "DATABASE_URL, 'postgresql://u:secret@one,two/audit'",
        "DATABASE_URL, postgresql://u:secret@db:port/audit",
        "DATABASE_URL, postgresql://u:secret@db/audit?sslmode=maybe",
        "DATABASE_URL, postgresql://u:secret@db/audit?sslcert=a.pem",
        "DATABASE_URL, postgresql://u:secret@db/audit?secret=1",
        "DATABASE_URL, postgresql://u:%secret@db/audit",
        "WRITERS, 0",
        "DATABASE_TIMEOUT, never",
        "DATABASE_URL, sqlite::memory:",
        "MAX_INDEX_BACKLOG, 10",
        "READERS, 0",
        "MIN_FREE_BYTES, many",
        "MAX_BODY_BYTES, 1GiB",
        "MAX_BODY_BYTES, 99999999999999999999",
        "MAX_BATCH_EVENTS, 0",
        "MAX_IN_FLIGHT_EVENTS, 9999",
        "MAX_IN_FLIGHT_BYTES, 31MiB",
        "ADMISSION_WAIT, 1h",
        "BODY_TIMEOUT, soon",
        "AUTH, maybe",
        "RATE_LIMIT, 100",
        "RATE_LIMIT, 0/minute",
        "RATE_LIMIT, 100/day",
        "TRUSTED_PROXIES, nginx",
        "TRUSTED_PROXIES, 10.0.0.0/33",
        "ALLOWED_HOSTS, audit.internal:8000",
        "ALLOWED_HOSTS, https://audit.internal",
        "ALLOWED_HOSTS, *",
        "API_TOKEN_FILE, no/such/file",
        "METRICS_TOKEN_FILE, .",
        "DATABASE_URL_FILE, no/such/file",
        "BASE_PATH, sentinel",
        "BASE_PATH, /v1",
        "ALLOWED_ORIGINS, app.example.com",
        "ALLOWED_ORIGINS, https://app.example.com/",
        "REDACTION, some",
        "REDACT_KEYS, --",
        "REDACT_SHAPES, no/such/file",
        "REDACT_SHAPES, pom.xml",
        "FORWARD_ALLOW, 10.20.0.0/33",
        "FORWARD_ALLOW, https://siem.internal",
        "FORWARD_ALLOW, *",
        "LOG_LEVEL, loud",
        "LOG_FORMAT, xml"
    })
    void value_invalid_isNamedWithItsRule(String name, String value) {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of(name, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(name + "=")
                .hasMessageContaining(" is not valid: ")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'hunter2'", "\"hunter2\""})
    void value_inQuotes_isRefused(String value) {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of("API_TOKEN", value)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("API_TOKEN=*** is not valid: must not be in quotes");
    }

    /** Shells and service managers set variables that nobody asked for, so only what is surely ours is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_token",
                "Api_Token",
                "API_TOKEN ",
                " API_TOKEN",
                "export API_TOKEN",
                "\uFEFFAPI_TOKEN",
                "API-TOKEN"
            })
    void name_misspelled_isRefused(String name) {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of(name, "hunter2")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(name + "=*** is not valid: is unknown; write API_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"API_TOKN", "API_TOKENS", "API_TOEKN", "API_TOKEM", "APITOKEN"})
    void name_misspelledInOurFile_isRefused(String name) {
        Map<String, String> variables = Map.of(name, "hunter2", "SENTINEL_ENV_NAMES", "PORT " + name);

        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(variables)).hasMessageContaining("write API_TOKEN");
        assertThatCode(() -> SentinelConfig.fromEnvironment(Map.of(name, "hunter2")))
                .as("may be another program's")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"host", "port", "HOSTNAME", "APP_TOKEN", "SENTINEL_TOKEN", "JAVA_OPTS", "http_proxy", "PORTS"})
    void name_ofAnotherProgram_isIgnored(String name) {
        assertThatCode(() -> SentinelConfig.fromEnvironment(Map.of(name, "x"))).doesNotThrowAnyException();
    }

    @Test
    void secret_fromAFile_isReadWithoutItsLineBreak(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "\uFEFFhunter2\r\n");
        AuthConfig auth = SentinelConfig.fromEnvironment(Map.of("API_TOKEN_FILE", file.toString()))
                .auth();

        assertThat(Objects.requireNonNull(auth.apiToken()).matches(TokenHash.of("hunter2")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "two words"})
    void secret_fromAFileWithoutOne_isRefused(String content, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), content);

        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of("API_TOKEN_FILE", file.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("API_TOKEN")
                .hasMessageNotContaining("words");
    }

    @Test
    void secret_fromAFileAndTheEnvironment_isRefused() {
        assertThatThrownBy(() ->
                        SentinelConfig.fromEnvironment(Map.of("API_TOKEN_FILE", "pom.xml", "API_TOKEN", "hunter2")))
                .hasMessage("API_TOKEN_FILE=pom.xml is not valid: must not be set together with API_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"API_TOKEN", "METRICS_TOKEN"})
    void token_invalid_isNotRepeated(String name) {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of(name, "hunter 2")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(name + "=***")
                .hasMessageNotContaining("hunter");
    }

    @Test
    void toString_withToken_omitsToken() {
        assertThat(SentinelConfig.fromEnvironment(Map.of("API_TOKEN", "hunter2"))
                        .toString())
                .doesNotContain("hunter2");
    }

    @Test
    void auth_noneWithToken_isRefused() {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of("AUTH", "none", "API_TOKEN", "x")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("AUTH=none is not valid");
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:audit.db, /data/audit.db",
        "sqlite:///./audit.db, /data/audit.db",
        "sqlite:/var/audit.db, /var/audit.db",
        "sqlite:///var/audit.db, /var/audit.db",
        "sqlite:////var/audit.db, /var/audit.db"
    })
    void databaseUrl_sqlite_resolvesFile(String url, String file) {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of("DATA_DIR", "/data", "DATABASE_URL", url));

        assertThat(config.store().database()).isEqualTo(new Database.Sqlite(Path.of(file)));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://u@/, localhost, 5432, u, u, ''",
        "postgres://u:p@db/audit, db, 5432, audit, u, p",
        "postgresql://u:p%40%2F+%20@my_db:6543/audit%20log, my_db, 6543, audit log, u, 'p@/+ '",
        "postgresql://u:p@q@[2001:db8::1]:6543, 2001:db8::1, 6543, u, u, p@q",
        "postgresql://db/audit?user=u&password=p&sslmode=disable, db, 5432, audit, u, p"
    })
    void databaseUrl_postgresql_isParsed(
            String url, String host, int port, String database, String user, String password) {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url));

        Database.Postgres postgres = (Database.Postgres) config.store().database();
        assertThat(postgres.host()).isEqualTo(host);
        assertThat(postgres.port()).isEqualTo(port);
        assertThat(postgres.database()).isEqualTo(database);
        assertThat(postgres.user()).isEqualTo(user);
        assertThat(postgres.password()).isEqualTo(password);
    }

    @Test
    void databaseUrl_sslParameters_matchLibpq() {
        String url = "postgresql://u@db/audit?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem";

        Database.Postgres postgres = (Database.Postgres) SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url))
                .store()
                .database();

        assertThat(postgres.tls())
                .isEqualTo(new Database.Tls(
                        Database.SslMode.VERIFY_FULL, Path.of("/ca.pem"), Path.of("/c.pem"), Path.of("/k.pem")));
    }

    @Test
    void databaseUrl_javaTrustStore_requiresVerifyFull() {
        String url = "postgresql://u@db/audit?sslrootcert=system";
        Database.Postgres postgres = (Database.Postgres) SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url))
                .store()
                .database();

        assertThat(postgres.tls()).isEqualTo(new Database.Tls(Database.SslMode.VERIFY_FULL, null, null, null));
        for (String weaker : List.of("disable", "prefer", "require", "verify-ca")) {
            assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url + "&sslmode=" + weaker)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("must have sslmode=verify-full with sslrootcert=system");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u%00x@db/audit",
                "postgresql://u:hunter2%00@db/audit",
                "postgresql://u@db/audit?sslrootcert=%00"
            })
    void databaseUrl_withNul_isRefused(String url) {
        assertThatThrownBy(() -> SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must not contain %00")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void toString_withDatabasePassword_omitsPassword() {
        assertThat(SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", "postgresql://u:hunter2@db/audit"))
                        .toString())
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"512, 512", "512KiB, 524288", "1MiB, 1048576"})
    void size_withUnit_isInBytes(String text, long bytes) {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of("MIN_FREE_BYTES", text));

        assertThat(config.store().minFreeBytes()).isEqualTo(bytes);
    }

    private static Map<String, String> envFile() throws IOException {
        Map<String, String> variables = new TreeMap<>();
        for (String line : Files.readAllLines(ENV_FILE)) {
            Matcher variable = Pattern.compile("#([A-Z][A-Z_]+)=(.*)").matcher(line);
            if (variable.matches()) {
                variables.put(variable.group(1), variable.group(2));
            }
        }
        return variables;
    }
}
