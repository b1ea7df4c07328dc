package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqliteSignedLogTest extends SignedLogContract {
    @Override
    Map<String, String> database() {
        return Map.of();
    }

    @Test
    void start_treeFileIsGone_isBuiltAgain() throws Exception {
        start(Map.of());
        server.post(700);
        Checkpoint before = server.awaitSize(700);
        server.close();
        Files.delete(directory.resolve("sentinel_audit.tree.db"));
        start(Map.of());

        server.assertConsistent(before, server.awaitSize(before.size()));
    }
}
