package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Makes records of events, and finds those that must be sent again. */
final class KinesisRecords {
    private static final int MAX_KEY_LENGTH = 256;

    private KinesisRecords() {}

    /**
     * The event as the API returns it, and a line feed: Firehose writes records one behind the other. The key is the
     * agent, so its events are in one shard.
     */
    static PutRecordsRequestEntry of(StoredEvent event) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key(event.event().agentInstanceId()))
                .data(SdkBytes.fromByteArrayUnsafe((EventWriter.toJson(event) + "\n").getBytes(UTF_8)))
                .build();
    }

    /** Ids have up to 255 characters, but some characters count twice. */
    private static String key(String agent) {
        return agent.length() <= MAX_KEY_LENGTH ? agent : HexFormat.of().formatHex(Sha256.of(agent));
    }

    /** What the limit of Kinesis counts. */
    static int bytes(PutRecordsRequestEntry made) {
        return made.partitionKey().getBytes(UTF_8).length + made.data().asByteArrayUnsafe().length;
    }

    /**
     * Of each key, the first record that failed and all behind it: written alone, the failed one would be behind those.
     *
     * @param answers one for each that was sent
     */
    static List<PutRecordsRequestEntry> fromFirstFailed(
            List<PutRecordsRequestEntry> sent, List<PutRecordsResultEntry> answers) {
        Set<String> failed = new HashSet<>();
        List<PutRecordsRequestEntry> again = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            PutRecordsRequestEntry each = sent.get(i);
            if (answers.get(i).errorCode() != null) {
                failed.add(each.partitionKey());
            }
            if (failed.contains(each.partitionKey())) {
                again.add(each);
            }
        }
        return again;
    }
}
