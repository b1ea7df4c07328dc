package dev.sentinel.audit.evidence;

import dev.sentinel.audit.store.postgres.PostgresServer;
import java.util.Map;

final class PostgresSignedLogTest extends SignedLogContract {
    private final String url = PostgresServer.shared().newSchema();

    @Override
    Map<String, String> database() {
        return Map.of(
                "DATABASE_URL",
                url,
                "SIGNING_KEY_FILE",
                directory.resolve("signer").resolve("log.key").toString());
    }
}
