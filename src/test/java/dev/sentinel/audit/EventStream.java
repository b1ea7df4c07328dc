package dev.sentinel.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A client of Server-Sent Events that reads only when the test reads: chunked HTTP/1.1 over a plain socket. */
public final class EventStream implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>();
    private final String body;

    /** The fields between two empty lines, without comments. */
    public record Frame(String event, String id, String data) {
        public boolean isEvent() {
            return event.isEmpty() && !data.isEmpty();
        }

        public JsonObject json() {
            return new JsonObject(data);
        }
    }

    public EventStream(Socket socket, String target, String... headers) {
        try {
            this.socket = socket;
            socket.setSoTimeout(TIMEOUT_MS);
            StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
            for (int i = 0; i < headers.length; i += 2) {
                request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
            }
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(ISO_8859_1));
            InputStream raw = new BufferedInputStream(socket.getInputStream());
            status = Integer.parseInt(line(raw).split(" ", 3)[1]);
            for (String header = line(raw); !header.isEmpty(); header = line(raw)) {
                int colon = header.indexOf(':');
                this.headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            boolean chunked = this.headers.containsKey("transfer-encoding");
            body = chunked
                    ? ""
                    : new String(
                            raw.readNBytes(Integer.parseInt(this.headers.getOrDefault("content-length", "0"))), UTF_8);
            in = chunked ? new Chunks(raw) : raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static EventStream open(int port, String target, String... headers) {
        return new EventStream(connect(port, 0), target, headers);
    }

    /** Opens a stream with a small receive buffer, so that the server soon notices that the client does not read. */
    public static EventStream openNarrow(int port, String target) {
        return new EventStream(connect(port, 4096), target);
    }

    private static Socket connect(int port, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int status() {
        return status;
    }

    /** Null if the response lacks the header. */
    public String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** The body of a response that is not a stream. */
    public String body() {
        return body;
    }

    /** The next frame; throws {@link EOFException}, unchecked, at the end. */
    public Frame next() {
        String event = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        try {
            for (String line = line(in); !line.isEmpty() || !any; line = line(in)) {
                any = true;
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                }
            }
            return new Frame(event, id, data.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next matching frame; discards the frames before it. */
    public Frame next(Predicate<Frame> wanted) {
        Frame frame = next();
        while (!wanted.test(frame)) {
            frame = next();
        }
        return frame;
    }

    /** The next {@code count} events, with nothing but heartbeats between them. */
    public List<Frame> events(int count) {
        List<Frame> events = new ArrayList<>();
        while (events.size() < count) {
            Frame frame = next();
            if (frame.isEvent()) {
                events.add(frame);
            } else if (!frame.event().isEmpty()) {
                throw new AssertionError("after " + events.size() + " events: " + frame);
            }
        }
        return events;
    }

    /** The ids of the next {@code count} events. */
    public List<Long> seqs(int count) {
        return events(count).stream().map(frame -> Long.valueOf(frame.id())).toList();
    }

    /** All frames until the connection ends in any way. */
    public List<Frame> untilTheEnd() {
        List<Frame> frames = new ArrayList<>();
        try {
            while (true) {
                frames.add(next());
            }
        } catch (UncheckedIOException end) {
            return frames;
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("ended after '" + line.toString(UTF_8) + "'");
            }
            line.write(next);
        }
        return line.toString(UTF_8).stripTrailing();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The chunked coding of RFC 9112, section 7.1. */
    @SuppressWarnings("InputStreamSlowMultibyteRead") // Lines are read byte by byte.
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private int left;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (ended) {
                return -1;
            }
            if (left == 0) {
                left = Integer.parseInt(line(in), 16);
                if (left == 0) {
                    ended = true;
                    return -1;
                }
            }
            int next = in.read();
            if (next < 0) {
                throw new EOFException("in the middle of a chunk");
            }
            if (--left == 0) {
                line(in);
            }
            return next;
        }
    }
}
