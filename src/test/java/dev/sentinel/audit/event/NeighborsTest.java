package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members that other members of their object make secrets, whatever the order is. {@code '} is a quotation mark. */
final class NeighborsTest {
    private static final String HIDDEN = "[REDACTED]";

    /** What stands between « and » is a secret. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'kty':'oct','k':'«AyM1SysPpbyDfgZld3umj1»','kid':'a1b2c3d4'} | /metadata/k",
                "{'a':{'crv':'P-256','d':'«jpsQnnGQmL-YBIffH1136»','kty':'EC','x':'f83OJ3D2xF'}} | /metadata/a/d",
                "{'kind':'Secret','data':{'user':'«YWRtaW4=»','n':1}} | /metadata/data/user",
                "{'stringData':{'user':'«admin»'},'kind':'Secret','type':'Opaque'} | /metadata/stringData/user",
                "{'a':[{'data':{'token':'«YWRtaW4=»'},'kind':'Secret'}]} | /metadata/a/0/data/token",
                "{'value':'«v»','default':'w','name':'DB_PASSWORD'} | /metadata/value",
                "{'secrets':{'name':'password','value':'«geheim»'}} | /metadata/secrets/value",
                "{'secrets':{'value':'«geheim»','name':'password'}} | /metadata/secrets/value"
            })
    void read_secret_isReplacedAndReported(String marked, String pointer) {
        AuditEvent event = read(json(marked.replaceAll("[«»]", "")));
        assertThat(event.metadata()).isEqualTo(json(marked.replaceAll("«[^»]*»", "[REDACTED]")));
        assertThat(new JsonObject(event.redacted()).getJsonArray("pointers")).isEqualTo(new JsonArray().add(pointer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'d':'jpsQnnGQmL-YBIffH1136','k':'jpsQnnGQmL-YBIffH1136','a':{'kty':'EC'}}",
                "{'kty':'EC','d':'up','a':{'d':'jpsQnnGQmL-YBIffH1136'}}",
                "{'data':{'user':'admin'},'kind':'ConfigMap'}",
                "{'data':[{'user':'admin'}],'spec':{'user':'admin'},'kind':'Secret'}",
                "{'a':{'kind':'Secret'},'data':{'user':'admin'}}",
                "{'data':{'data':1,'user':'admin','kind':'Secret'},'kind':'Config'}",
                "{'data':{'data':{'user':'admin'}},'kind':'Secret'}",
                "{'data':{'user':'${USER}','a':{'user':'admin'}},'kind':'Secret'}"
            })
    void read_noSecret_isKept(String metadata) {
        AuditEvent event = read(json(metadata));
        assertThat(event.metadata()).isEqualTo(json(metadata));
        assertThat(event.redacted()).isNull();
    }

    /** Texts are longer or shorter than what replaces them, and the bytes of those that stay are counted on. */
    @Test
    void read_severalReasons_replacesAllAndReportsEachOnce() {
        String marked = "{'d':'«a1b2c3d4e5f6g7h8»','value':'«Aé€😀»',"
                + "'data':{'a':'«ß»','value':'«y»','b':'«my Bearer abc12345»'},'q':'[REDACTED]','text':'«a1b2c3d4»',"
                + "'name':'DB_PASSWORD','kind':'Secret','kty':'x','p':'«a1b2c3d4»','z':'é'}";
        AuditEvent event = read(json(marked.replaceAll("[«»]", "")));
        assertThat(event.metadata()).isEqualTo(json(marked.replaceAll("«[^»]*»", "[REDACTED]")));
        JsonObject redacted = new JsonObject(event.redacted());
        assertThat(redacted.getInteger("count")).isEqualTo(7);
        assertThat(redacted.getJsonArray("pointers"))
                .containsExactlyInAnyOrder(
                        "/metadata/d",
                        "/metadata/value",
                        "/metadata/data/a",
                        "/metadata/data/value",
                        "/metadata/data/b",
                        "/metadata/text",
                        "/metadata/p");
    }

    /** As many members as metadata holds are replaced at once. */
    @Test
    void read_manyMembersBeforeTheirKind_isCheap() {
        StringBuilder metadata = new StringBuilder("{'data':{'n':1");
        int members = 2_500;
        for (int i = 0; i < members; i++) {
            metadata.append(",'").append(i).append("':'v'");
        }
        metadata.append("},'kind':'Secret'}");
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        AuditEvent event = read(json(metadata.toString()));
        assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before)
                .isLessThan(1_000_000_000L);
        assertThat(new JsonObject(event.redacted()).getInteger("count")).isEqualTo(members);
        assertThat(new JsonObject(event.metadata()).getJsonObject("data").getString("2499"))
                .isEqualTo(HIDDEN);
    }

    /** A name may be given in many spellings. Each must not look for what the first one has found. */
    @Test
    void read_manyNamesBehindManyMembers_costLittleMoreThanTheMembers() {
        long of = Long.MAX_VALUE;
        long beside = Long.MAX_VALUE;
        for (int round = 0; round < 7; round++) {
            beside = Math.min(beside, nanos(manyNames("dat")));
            of = Math.min(of, nanos(manyNames("data")));
        }
        assertThat((double) of / beside).isLessThan(6);
    }

    private static String manyNames(String object) {
        StringBuilder metadata = new StringBuilder("{'" + object + "':{'n':1");
        for (int i = 0; i < 1_500; i++) {
            metadata.append(",'").append(i).append("':'a1'");
        }
        String name = "parameterkey";
        for (int i = 0; i < 1_000; i++) {
            metadata.append(",'");
            for (int at = 0; at < name.length(); at++) {
                char letter = name.charAt(at);
                metadata.append(((i >> at) & 1) == 0 ? letter : Character.toUpperCase(letter));
            }
            metadata.append("':'token'");
        }
        return json(metadata.append("}}").toString());
    }

    private static long nanos(String metadata) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        read(metadata);
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static AuditEvent read(String metadata) {
        String event = """
                {"event_id":"7d444840-9dc0-11d1-b245-5ffdce74fad2","trace_id":"t","agent_instance_id":"a",\
                "actor":"agent","action_type":"tool_call","resource":"r","status":"success","metadata":%s}\
                """.formatted(metadata);
        DecodedEvent decoded = new EventReader(1, RedactionRules.full(), secret -> {})
                .readJson(EventSamples.utf8(event), null)
                .events()
                .get(0);
        return ((DecodedEvent.Valid) decoded).event();
    }
}
