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
