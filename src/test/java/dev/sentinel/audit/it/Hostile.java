package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.SampleEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * The kinds of hostile clients. Each does its worst in turns; a turn ends when the server has answered or hung up. What
 * they send is made once: they share the processors with the server, and their work is not what is measured.
 */
enum Hostile {
    /** Reserves room for events that never come. */
    DECLARED_BODY {
        @Override
        void turn(Target target) {
            hold(target, 8, "POST", "Content-Length: 1600000\r\n\r\n[");
        }
    },

    IDLE_CHUNKED {
        @Override
        void turn(Target target) {
            hold(target, 520, "POST", "Transfer-Encoding: chunked\r\n\r\n");
        }
    },

    SLOW_BODY {
        @Override
        void turn(Target target) throws InterruptedException {
            try (RawConnection slow = target.open("POST", "Content-Length: 100000\r\n\r\n")) {
                for (int i = 0; i < 60; i++) {
                    slow.send(" ");
                    TimeUnit.SECONDS.sleep(1);
                }
            }
        }
    },

    /** More events than the limit of its key, each time. */
    OVERSIZED_BATCH {
        private final String body = plain(batch(10_000));

        @Override
        void turn(Target target) {
            target.post(body);
        }
    },

    GZIP_BOMB {
        private final String body = compressed(" ".repeat(64 << 20));

        @Override
        void turn(Target target) {
            target.post(body);
        }
    },

    INVALID_EVENTS {
        private final String body = compressed("[{}" + ",{}".repeat(9_999) + "]");

        @Override
        void turn(Target target) {
            target.post(body);
        }
    },

    LONG_NUMBERS {
        private final String body = plain(copies("{\"n\":1e" + "9".repeat(60_000) + "}"));

        @Override
        void turn(Target target) {
            target.post(body);
        }
    },

    /** What the recognition of secrets takes longest for. */
    SECRET_TEXTS {
        private final String body = compressed(copies("{\"t\":\"" + "auth=(".repeat(10_000) + "\"}"));

        @Override
        void turn(Target target) {
            target.post(body);
        }
    },

    SEARCHES {
        @Override
        void turn(Target target) {
            StringBuilder query = new StringBuilder("/v1/events?limit=1000");
            for (int i = 0; i < 20; i++) {
                query.append("&q=").append(i).append("nothing".repeat(100));
            }
            List<RawConnection> searches = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                searches.add(target.get(query.toString()));
            }
            searches.forEach(Hostile::await);
        }
    },

    EXPORTS_UNREAD {
        @Override
        void turn(Target target) {
            hold(target, 4, "GET", "/v1/events/export", "\r\n");
        }
    },

    LISTS_UNREAD {
        @Override
        void turn(Target target) {
            hold(target, 50, "GET", "/v1/events?limit=1000", "\r\n");
        }
    },

    STREAMS_UNREAD {
        @Override
        void turn(Target target) {
            hold(target, 600, "GET", "/v1/events/stream?after=-1", "\r\n");
        }
    },

    MALFORMED_HEADS {
        @Override
        void turn(Target target) {
            for (String request : List.of(
                    "GET / HTTP/1.1\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                    "HEAD http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET ?x HTTP/1.1\r\nHost: x\r\n\r\n")) {
                try (RawConnection connection = new RawConnection(target.port())) {
                    await(connection.send(request));
                }
            }
        }
    },

    WRONG_TOKENS {
        @Override
        void turn(Target target) {
            await(target.withToken(UUID.randomUUID().toString()).get("/v1/agents"));
        }
    },

    INVENTED_SESSIONS {
        @Override
        void turn(Target target) {
            try (RawConnection connection = new RawConnection(target.port())) {
                await(connection.send("GET /v1/agents HTTP/1.1\r\nHost: localhost\r\nCookie: sentinel_session="
                        + UUID.randomUUID() + "\r\n\r\n"));
            }
        }
    };

    private static final int HOLD_SECONDS = 20;

    /** Where a client sends, and its token. */
    record Target(int port, String token) {
        Target withToken(String other) {
            return new Target(port, other);
        }

        private RawConnection open(String method, String path, String rest) {
            return new RawConnection(port)
                    .send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/json\r\n" + rest);
        }

        RawConnection open(String method, String rest) {
            return open(method, "/v1/events", rest);
        }

        RawConnection get(String path) {
            return open("GET", path, "\r\n");
        }

        /** Posts a body with the header fields that describe it, one character a byte. */
        void post(String body) {
            try (RawConnection connection = open("POST", "")) {
                await(connection.send(body.getBytes(ISO_8859_1)));
            }
        }
    }

    abstract void turn(Target target) throws InterruptedException;

    private static void hold(Target target, int count, String method, String rest) {
        hold(target, count, method, "/v1/events", rest);
    }

    /** Opens connections, does nothing with them for a while, and closes them. */
    private static void hold(Target target, int count, String method, String path, String rest) {
        List<RawConnection> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(target.open(method, path, rest));
            }
            TimeUnit.SECONDS.sleep(HOLD_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            held.forEach(RawConnection::close);
        }
    }

    private static void await(RawConnection connection) {
        try (connection) {
            connection.read();
        }
    }

    /** A batch of 201 events, of which two have different ids. */
    private static String copies(String metadata) {
        return "[" + event(metadata) + ("," + event(metadata)).repeat(200) + "]";
    }

    private static String event(String metadata) {
        return SampleEvents.with(UUID.randomUUID(), metadata);
    }

    private static String batch(int events) {
        StringBuilder batch = new StringBuilder("[").append(SampleEvents.any());
        for (int i = 1; i < events; i++) {
            batch.append(',').append(SampleEvents.any());
        }
        return batch.append(']').toString();
    }

    private static String plain(String content) {
        return body("", content.getBytes(UTF_8));
    }

    private static String compressed(String content) {
        return body("Content-Encoding: gzip\r\n", gzip(content));
    }

    /** Text, because constants must not hold what can be changed. */
    private static String body(String encoding, byte[] content) {
        return encoding + "Content-Length: " + content.length + "\r\n\r\n" + new String(content, ISO_8859_1);
    }

    private static byte[] gzip(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
