package dev.sentinel.audit.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeyRingTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final KeyToken token = KeyToken.random(new SecureRandom());

    @Test
    void verify_key_returnsItsPrincipal() {
        KeyRing ring = new KeyRing(null, List.of(key(token, null, null)));
        assertThat(ring.verify(token.text(), NOW))
                .isEqualTo(new Verdict.Accepted(new Principal(token.id(), Set.of(Scope.INGEST), "billing-", null)));
    }

    @Test
    void verify_apiToken_hasAllScopes() {
        KeyRing ring = new KeyRing(TokenHash.of("hunter2"), List.of());
        assertThat(ring.verify("hunter2", NOW)).isEqualTo(new Verdict.Accepted(Principal.API_TOKEN));
        assertThat(Scope.values()).allMatch(Principal.API_TOKEN::has);
    }

    @Test
    void verifySession_validOne_hasTheScopesOfItsKey() {
        ApiKey key = key(token, null, null);
        KeyRing ring = new KeyRing(null, List.of()).with(List.of(key), List.of(session(token.text(), key.id())));

        assertThat(ring.verifySession("cookie", NOW)).isEqualTo(ring.verify(token.text(), NOW));
        assertThat(ring.isPageOf("page", "cookie")).isTrue();
        assertThat(ring.isPageOf("cookie", "cookie")).isFalse();
        assertThat(ring.isPageOf("page", "other")).isFalse();
        assertThat(ring.verifySession(null, NOW)).isEqualTo(Verdict.Refused.MISSING);
        for (String other :
                List.of("", "page", token.text(), TokenHash.of("cookie").hex())) {
            assertThat(ring.verifySession(other, NOW)).as(other).isEqualTo(Verdict.Refused.NO_SESSION);
        }
    }

    @Test
    void verifySession_endedOne_isRefused() {
        List<Session> sessions = List.of(session(token.text(), token.id()));
        KeyRing none = new KeyRing(null, List.of());

        assertThat(none.with(List.of(key(token, null, null)), sessions).verifySession("cookie", NOW.plusSeconds(60)))
                .as("expired")
                .isEqualTo(Verdict.Refused.NO_SESSION);
        assertThat(none.with(List.of(), sessions).verifySession("cookie", NOW))
                .as("its key is gone")
                .isEqualTo(Verdict.Refused.NO_SESSION);
        assertThat(none.with(List.of(key(token, null, NOW)), sessions).verifySession("cookie", NOW))
                .isEqualTo(Verdict.Refused.REVOKED);
        assertThat(none.with(List.of(key(token, NOW, null)), sessions).verifySession("cookie", NOW))
                .isEqualTo(Verdict.Refused.EXPIRED);
    }

    /** A token that an administrator has replaced must not live on in browsers. */
    @Test
    void verifySession_apiTokenWasReplaced_isRefused() {
        List<Session> sessions = List.of(session("hunter2", "api_token"));

        assertThat(new KeyRing(TokenHash.of("hunter2"), List.of())
                        .with(List.of(), sessions)
                        .verifySession("cookie", NOW))
                .isEqualTo(new Verdict.Accepted(Principal.API_TOKEN));
        for (TokenHash replaced : new TokenHash[] {TokenHash.of("hunter3"), null}) {
            assertThat(new KeyRing(replaced, List.of())
                            .with(List.of(), sessions)
                            .verifySession("cookie", NOW))
                    .isEqualTo(Verdict.Refused.NO_SESSION);
        }
    }

    private static Session session(String token, String keyId) {
        return Session.of("cookie", "page", keyId, token, NOW.plusSeconds(60));
    }

    /** Only a restart opens a server again. */
    @Test
    void isAlwaysEmpty_keysWereDeleted_isFalse() {
        KeyRing none = new KeyRing(null, List.of());
        KeyRing emptied = none.with(List.of(key(token, null, null)), List.of()).with(List.of(), List.of());

        assertThat(none.with(List.of(), List.of()).isAlwaysEmpty()).isTrue();
        assertThat(emptied.isEmpty()).isTrue();
        assertThat(emptied.isAlwaysEmpty()).isFalse();
        assertThat(emptied.with(List.of(), List.of()).isAlwaysEmpty()).isFalse();
    }

    @Test
    void verify_otherTokens_areUnknown() {
        KeyRing ring = new KeyRing(TokenHash.of("hunter2"), List.of(key(token, null, null)));
        String text = token.text();
        char last = text.charAt(text.length() - 1);
        assertThat(List.of(
                        "",
                        "hunter",
                        "hunter22",
                        token.id(),
                        text.substring(0, text.length() - 1),
                        text.substring(0, text.length() - 1) + (last == 'a' ? 'b' : 'a'),
                        text + "a",
                        KeyToken.random(new SecureRandom()).text(),
                        token.hash().hex()))
                .allSatisfy(other -> assertThat(ring.verify(other, NOW)).isEqualTo(Verdict.Refused.UNKNOWN));
        assertThat(ring.verify(null, NOW)).isEqualTo(Verdict.Refused.MISSING);
    }

    @Test
    void verify_expiredKey_isValidUntilExpiry() {
        KeyRing ring = new KeyRing(null, List.of(key(token, NOW, null)));
        assertThat(ring.verify(token.text(), NOW)).isEqualTo(Verdict.Refused.EXPIRED);
        assertThat(ring.verify(token.text(), NOW.minusMillis(1))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void verify_revokedKey_isValidUntilRevocation() {
        KeyRing ring = new KeyRing(null, List.of(key(token, null, NOW)));
        assertThat(ring.verify(token.text(), NOW)).isEqualTo(Verdict.Refused.REVOKED);
        assertThat(ring.verify(token.text(), NOW.minusMillis(1))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void isEmpty_onlyRevokedKeys_isFalse() {
        assertThat(new KeyRing(null, List.of(key(token, null, NOW))).isEmpty()).isFalse();
    }

    @Test
    void random_tokens_haveTheFormAndDiffer() {
        KeyToken other = KeyToken.random(new SecureRandom());
        assertThat(token.text()).matches("snt_[a-z2-7]{8}_[a-z2-7]{52}").isNotEqualTo(other.text());
        assertThat(token.toString()).doesNotContain(token.text());
    }

    private static ApiKey key(KeyToken token, @Nullable Instant expires, @Nullable Instant revoked) {
        return new ApiKey(
                token.id(), "n", token.hash(), Set.of(Scope.INGEST), "billing-", null, NOW, expires, revoked, null);
    }
}
