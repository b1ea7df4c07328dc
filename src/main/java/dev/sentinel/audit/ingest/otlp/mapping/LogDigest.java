package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Bytes;
import dev.sentinel.audit.ingest.otlp.wire.Empty;
import dev.sentinel.audit.ingest.otlp.wire.Flag;
import dev.sentinel.audit.ingest.otlp.wire.Items;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Members;
import dev.sentinel.audit.ingest.otlp.wire.Real;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.ingest.otlp.wire.Whole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what is the same in a log record however it travels. Collectors change resource attributes, flags and the
 * number of dropped attributes, and set the observed time only if it is absent; so these do not count. Every value has
 * its type and its length before it, so that no two records have one form. One thread.
 */
final class LogDigest {
    private final Sha256 digest = new Sha256();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    private LogDigest() {}

    static byte[] of(Subject subject, LogRecord log) {
        LogDigest form = new LogDigest();
        form.text('s', subject.origin().resource().text("service.name"));
        form.text('s', subject.origin().scope().name());
        form.text('s', log.traceId());
        form.text('s', log.spanId());
        form.number('t', log.timeNanos() != 0 ? log.timeNanos() : log.observedNanos());
        form.number('v', log.severityNumber());
        form.text('n', subject.name());
        form.value(log.body());
        form.members(subject.attributes());
        return form.digest.finish();
    }

    private void value(Value value) {
        if (value instanceof Text text) {
            text('x', text.string());
        } else if (value instanceof Whole whole) {
            number('i', whole.value());
        } else if (value instanceof Real real) {
            number('d', Double.doubleToLongBits(real.value()));
        } else if (value instanceof Flag flag) {
            number('b', flag.value() ? 1 : 0);
        } else if (value instanceof Bytes bytes) {
            number('y', bytes.size());
            digest.add(bytes.toArray());
        } else if (value instanceof Items items) {
            number('l', items.values().size());
            items.values().forEach(this::value);
        } else if (value instanceof Members members) {
            members(members.attributes());
        } else if (value instanceof Empty) {
            number('e', 0);
        }
    }

    private void members(Attributes attributes) {
        number('m', attributes.size());
        for (String key : new TreeSet<>(attributes.keys())) {
            text('k', key);
            Value value = attributes.get(key);
            if (value != null) {
                value(value);
            }
        }
    }

    private void text(char type, @Nullable String text) {
        byte[] utf8 = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
        number(type, utf8.length);
        digest.add(utf8);
    }

    private void number(char type, long value) {
        digest.add((byte) type).add(number.putLong(0, value).array());
    }
}
