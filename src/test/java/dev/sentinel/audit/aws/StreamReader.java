package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Reads streams of Kinesis. */
public final class StreamReader {
    private StreamReader() {}

    /** All records, by shard, in the order of each shard. */
    public static Map<String, List<Record>> byShard(KinesisClient client, String stream) {
        Map<String, List<Record>> all = new HashMap<>();
        for (Shard shard :
                client.listShards(request -> request.streamName(stream)).shards()) {
            all.put(shard.shardId(), read(client, stream, shard.shardId()));
        }
        return all;
    }

    private static List<Record> read(KinesisClient client, String stream, String shard) {
        List<Record> records = new ArrayList<>();
        String next = client.getShardIterator(request ->
                        request.streamName(stream).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        while (next != null) {
            String from = next;
            GetRecordsResponse page = client.getRecords(request -> request.shardIterator(from));
            records.addAll(page.records());
            next = page.records().isEmpty() ? null : page.nextShardIterator();
        }
        return records;
    }

    /** All records. */
    public static List<Record> all(KinesisClient client, String stream) {
        return byShard(client, stream).values().stream().flatMap(List::stream).toList();
    }

    static String text(Record made) {
        return made.data().asString(UTF_8);
    }

    /** By agent, the positions of its events in the order in which they came. */
    static Map<String, List<Long>> positions(List<Record> records) {
        Map<String, List<Long>> positions = new HashMap<>();
        records.forEach(each -> positions
                .computeIfAbsent(each.partitionKey(), agent -> new ArrayList<>())
                .add(new JsonObject(text(each)).getLong("seq")));
        return positions;
    }
}
