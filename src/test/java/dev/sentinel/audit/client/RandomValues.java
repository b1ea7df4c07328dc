package dev.sentinel.audit.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Random values that an agent may record, including hostile ones. */
final class RandomValues {
    private static final String[] TEXTS = {
        "",
        "web_search",
        "caf\u00e9 \u2603 \uD83D\uDE00",
        "\"quoted\" \\ back / slash",
        "line\nfeed\ttab\r\b\f\u0001\u001f\u007f",
        "nul \0 and unpaired \uD800 \uDC00",
        "\uDC00\uD800",
        "[REDACTED]",
        "password=hunter2hunter2",
        "Authorization: Bearer abcdefghijklmnop1234",
        "{\"api_key\": \"0123456789abcdef\"}",
        "https://user:secret-word@example.com/path?token=abc123&x=1",
        "pay with 4111 1111 1111 1111 please",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "Cookie: a=b; c=d",
        "password=abc\0def",
        "\u2028\u2029\uFEFF\uFFFF",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    };

    private static final String[] NAMES = {
        "query",
        "password",
        "max_tokens",
        "access_token",
        "X-Api-Key",
        "n\u00e4me",
        "a\"b",
        "",
        "nested",
        "nul\0",
        "lone\uD800",
        "cookie",
    };

    /** Members that make others of their object secrets, in any order. */
    private static final String[][] RELATED = {
        {"kty", "d", "k", "x", "dp"},
        {"kind", "data", "stringData", "spec"},
        {"name", "value", "text", "default"},
        {"role_id", "secret_id", "name", "value"},
        {"cookies", "Cookies", "values"},
    };

    private static final String[] TELLING = {
        "Secret",
        "DB_PASSWORD",
        "AyM1SysPpbyDfgZld3umj1",
        "6a174c20-f6de-a53c-74d2-6018fcceff64",
        "${DB_PASSWORD}",
        "admin",
    };

    private final Random random;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    String text() {
        String text = TEXTS[random.nextInt(TEXTS.length)];
        return random.nextInt(4) == 0 ? text + text() : text;
    }

    /** Avoids the replacement text: a redacted name could collide with it, and the server refuses duplicate names. */
    String name() {
        return anyName().replace("[REDACTED]", "hidden");
    }

    private String anyName() {
        return random.nextInt(8) == 0 ? text() : NAMES[random.nextInt(NAMES.length)] + random.nextInt(3);
    }

    Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.put(name(), value(depth));
        }
        return random.nextInt(3) == 0 ? related(object, depth) : object;
    }

    private Map<String, Object> related(Map<String, Object> object, int depth) {
        String[] names = RELATED[random.nextInt(RELATED.length)];
        for (int i = random.nextInt(7); i > 0; i--) {
            String name = names[random.nextInt(names.length)];
            Object value = TELLING[random.nextInt(TELLING.length)];
            if (depth > 0 && (name.endsWith("ata") || name.endsWith("ookies"))) {
                value = name.endsWith("ata") ? object(depth - 1) : List.of(related(new LinkedHashMap<>(), 0));
            }
            object.put(name, random.nextInt(9) == 0 ? random.nextInt() : value);
        }
        return object;
    }

    Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 12)) {
            case 0, 1, 2 -> text();
            case 3 -> random.nextInt();
            case 4 -> random.nextLong();
            case 5 -> random.nextBoolean();
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(40) - 20);
            case 8 -> new BigInteger(random.nextInt(200), random);
            case 9 -> random.nextBoolean() ? null : Float.NaN;
            case 10 -> random.nextBoolean() ? 4_111_111_111_111_111L : new AtomicLong(random.nextInt());
            case 11 -> random.nextBoolean() ? TimeUnit.SECONDS : CharBuffer.wrap(text());
            case 12, 13 -> object(depth - 1);
            case 14 -> new int[] {1, random.nextInt()};
            default -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(depth - 1));
                }
                yield random.nextBoolean() ? list : list.toArray();
            }
        };
    }
}
