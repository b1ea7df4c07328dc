package dev.sentinel.audit.redact;

import java.util.ArrayList;
import java.util.List;

/** Finds tokens by their issuer's prefix: those of code hosts, clouds, model providers, and Sentinel itself. */
final class IssuedTokens {
    /** A prefix, and the minimum number of characters that follow it. */
    private record Form(String prefix, int minLength, SecretKind kind) {}

    private static final List<Form> FORMS = List.of(
            new Form("AKIA", 16, SecretKind.AWS_KEY),
            new Form("ASIA", 16, SecretKind.AWS_KEY),
            new Form("ABIA", 16, SecretKind.AWS_KEY),
            new Form("ACCA", 16, SecretKind.AWS_KEY),
            new Form("AIza", 30, SecretKind.ISSUED_TOKEN),
            new Form("ya29.", 20, SecretKind.ISSUED_TOKEN),
            new Form("sk-", 20, SecretKind.ISSUED_TOKEN),
            new Form("sk_live_", 16, SecretKind.ISSUED_TOKEN),
            new Form("sk_test_", 16, SecretKind.ISSUED_TOKEN),
            new Form("rk_live_", 16, SecretKind.ISSUED_TOKEN),
            new Form("ghp_", 30, SecretKind.ISSUED_TOKEN),
            new Form("gho_", 30, SecretKind.ISSUED_TOKEN),
            new Form("ghu_", 30, SecretKind.ISSUED_TOKEN),
            new Form("ghs_", 30, SecretKind.ISSUED_TOKEN),
            new Form("ghr_", 30, SecretKind.ISSUED_TOKEN),
            new Form("github_pat_", 20, SecretKind.ISSUED_TOKEN),
            new Form("glpat-", 16, SecretKind.ISSUED_TOKEN),
            new Form("xoxb-", 10, SecretKind.ISSUED_TOKEN),
            new Form("xoxp-", 10, SecretKind.ISSUED_TOKEN),
            new Form("xoxa-", 10, SecretKind.ISSUED_TOKEN),
            new Form("xoxr-", 10, SecretKind.ISSUED_TOKEN),
            new Form("xoxs-", 10, SecretKind.ISSUED_TOKEN),
            new Form("xapp-", 10, SecretKind.ISSUED_TOKEN),
            new Form("hf_", 30, SecretKind.ISSUED_TOKEN),
            new Form("npm_", 30, SecretKind.ISSUED_TOKEN),
            new Form("pypi-", 30, SecretKind.ISSUED_TOKEN),
            new Form("SG.", 20, SecretKind.ISSUED_TOKEN),
            new Form("snt_", 20, SecretKind.ISSUED_TOKEN));

    private static final Form[][] BY_FIRST = byFirst();

    private IssuedTokens() {}

    /** Whether a token may begin with this ASCII character. */
    static boolean mayBegin(char first) {
        return BY_FIRST[first].length > 0;
    }

    /** Finds the token that begins at {@code at}. */
    static boolean find(char[] text, int at, int to, Spans spans) {
        for (Form form : BY_FIRST[text[at]]) {
            if (Chars.startsWith(text, at, to, form.prefix)) {
                int body = at + form.prefix.length();
                int end = Chars.tokenEnd(text, body, to);
                // Keys are random, so they have digits. A name that only starts like a key has none.
                if (end - body >= form.minLength
                        && (form.kind == SecretKind.AWS_KEY || Chars.hasDigit(text, body, end))) {
                    spans.add(at, end, form.kind);
                    return true;
                }
            }
        }
        return false;
    }

    private static Form[][] byFirst() {
        Form[][] forms = new Form[128][];
        for (char first = 0; first < forms.length; first++) {
            List<Form> begin = new ArrayList<>();
            for (Form form : FORMS) {
                if (form.prefix.charAt(0) == first) {
                    begin.add(form);
                }
            }
            forms[first] = begin.toArray(Form[]::new);
        }
        return forms;
    }
}
