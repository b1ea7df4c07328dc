package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.digest.Sha256;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Verifies requests as AWS does, from the secret: Signature Version 4 of the guide "Create a signed AWS API request".
 * Shares no code with the SDK.
 */
record SigV4(String id, String secret, String region, String service) {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+),"
                    + " Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration SKEW = Duration.ofMinutes(15);

    /** Returns what is wrong in the words of S3; empty if the request is genuine and has this body. */
    String problem(String method, String path, String query, MultiMap headers, byte[] body) {
        Matcher given = AUTHORIZATION.matcher(String.valueOf(headers.get("authorization")));
        if (!given.matches()) {
            return "AccessDenied";
        }
        if (!given.group(1).equals(id)) {
            return "InvalidAccessKeyId";
        }
        String time = headers.get("x-amz-date");
        Duration age = Duration.between(Instant.from(TIME.parse(time)), Instant.now());
        if (age.abs().compareTo(SKEW) > 0) {
            return "RequestTimeTooSkewed";
        }
        String hash = headers.get("x-amz-content-sha256");
        // What has no body need not be hashed, nor what has a checksum among the signed headers.
        boolean isCovered = body.length == 0 || headers.contains("x-amz-checksum-sha256");
        if (!hash.equals(hex(Sha256.of(body))) && !(isCovered && hash.equals("UNSIGNED-PAYLOAD"))) {
            return "XAmzContentSHA256Mismatch";
        }
        List<String> signed = Arrays.asList(given.group(5).split(";"));
        boolean leavesOneOut = headers.names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> (name.startsWith("x-amz-") || name.equals("host") || name.equals("if-none-match"))
                        && !signed.contains(name));
        String canonical = method + "\n" + path + "\n" + query + "\n"
                + signed.stream()
                        .map(name -> name + ":"
                                + String.join(",", headers.getAll(name)).strip() + "\n")
                        .collect(Collectors.joining())
                + "\n" + given.group(5) + "\n" + hash;
        String scope = given.group(2) + "/" + region + "/" + service + "/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(Sha256.of(canonical));
        byte[] key = hmac(
                hmac(hmac(hmac(("AWS4" + secret).getBytes(UTF_8), given.group(2)), region), service), "aws4_request");
        boolean genuine = !leavesOneOut
                && time.startsWith(given.group(2))
                && given.group(3).equals(region)
                && given.group(4).equals(service)
                && given.group(6).equals(hex(hmac(key, text)));
        return genuine ? "" : "SignatureDoesNotMatch";
    }

    private static byte[] hmac(byte[] key, String text) {
        return new HmacSha256(key).add(text).finish();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
