package dev.sentinel.audit.http.ratelimit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.redis.RedisVerticle;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Token buckets in Redis that all servers of a log use. Any thread. */
public final class SharedBuckets {
    private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);
    private final RedisVerticle redis;
    private final String prefix;
    private final OutageLog outage = OutageLog.warn(
            LOG,
            "rate limits not shared reason=\"{}\" effect=\"each server counts for itself\"",
            "rate limits shared again");

    /**
     * A token bucket, by the clock of Redis. The key is the bucket; the arguments are its capacity, the microseconds in
     * which it becomes full, the tokens to take, and 1 to take them in any case. Returns whether they were taken, and
     * the tokens that are left, as text: less than 0 is debt, at most one capacity.
     */
    private static final String SCRIPT = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local capacity, period, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
            local left, at = tonumber(bucket[1]) or capacity, tonumber(bucket[2]) or now
            -- A clock that was set back refills nothing.
            left = math.min(capacity, left + math.max(0, now - at) * capacity / period)
            local granted = left >= wanted or ARGV[4] == '1'
            if granted then
              left = math.max(-capacity, left - wanted)
            end
            -- %.17g: Lua would write 14 digits.
            redis.call('HSET', KEYS[1], 'left', string.format('%.17g', left), 'at', string.format('%.0f', now))
            -- By then it is full, even from the deepest debt.
            redis.call('PEXPIRE', KEYS[1], math.ceil(2 * period / 1000))
            return {granted and 1 or 0, string.format('%.17g', left)}
            """;

    private static final String DIGEST = sha1(SCRIPT);

    /**
     * What became of a request.
     *
     * @param left units in the bucket; less than 0 is debt
     */
    record Taken(boolean granted, double left) {}

    /** @param logId of the log that the servers share */
    public SharedBuckets(RedisVerticle redis, String logId, MeterRegistry registry) {
        this.redis = redis;
        this.prefix = "sentinel:" + logId + ":limit:";
        Gauge.builder("sentinel_rate_limit_degraded", outage, now -> now.isFailing() ? 1 : 0)
                .description("1 while each server counts rate limits for itself because Redis does not answer")
                .register(registry);
    }

    /**
     * Takes units of a bucket, all or none.
     *
     * @param always whether to take them even if they are not there
     * @return fails if Redis does not answer or refuses
     */
    Future<Taken> take(String key, long amount, Duration per, long wanted, boolean always) {
        return run(Command.EVALSHA, DIGEST, key, amount, per, wanted, always)
                .recover(cause -> isUnknown(cause)
                        ? run(Command.EVAL, SCRIPT, key, amount, per, wanted, always)
                        : Future.failedFuture(cause))
                .map(answer -> {
                    Response taken = Objects.requireNonNull(answer);
                    return new Taken(
                            taken.get(0).toInteger() == 1,
                            Double.parseDouble(taken.get(1).toString()));
                })
                .onSuccess(taken -> outage.succeeded())
                .onFailure(cause -> outage.failed(cause.getMessage()));
    }

    private Future<Response> run(
            Command command, String script, String key, long amount, Duration per, long wanted, boolean always) {
        return redis.send(Request.cmd(command)
                .arg(script)
                .arg(1)
                .arg(prefix + key)
                .arg(amount)
                .arg(TimeUnit.NANOSECONDS.toMicros(per.toNanos()))
                .arg(wanted)
                .arg(always ? 1 : 0));
    }

    /** Redis forgets scripts when it restarts. */
    private static boolean isUnknown(Throwable cause) {
        return String.valueOf(cause.getMessage()).startsWith("NOSCRIPT");
    }

    /** By which Redis names a script; nothing depends on its strength. */
    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
