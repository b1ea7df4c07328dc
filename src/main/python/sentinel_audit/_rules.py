"""The redaction rules as data. The server's rules (``dev.sentinel.audit.redact``) are the original; a test compares
them.
"""

from __future__ import annotations

REPLACEMENT = "[REDACTED]"

# Terms that make a name secret anywhere in it; in lower case, without separators.
ANYWHERE = (
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "apikey",
    "privatekey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "authorization",
    "credential",
    "cookie",
    "bearer",
    "cardnumber",
)

# Terms that make a name secret at its end: access_token is, token_count is not.
AT_END = ("token", "auth", "jwt", "pwd", "cvv", "cvc")

# Issuers' token prefixes, and the minimum number of characters that follow each.
ISSUED = {
    "AKIA": 16,
    "ASIA": 16,
    "ABIA": 16,
    "ACCA": 16,
    "AIza": 30,
    "ya29.": 20,
    "sk-": 20,
    "sk_live_": 16,
    "sk_test_": 16,
    "rk_live_": 16,
    "ghp_": 30,
    "gho_": 30,
    "ghu_": 30,
    "ghs_": 30,
    "ghr_": 30,
    "github_pat_": 20,
    "glpat-": 16,
    "xoxb-": 10,
    "xoxp-": 10,
    "xoxa-": 10,
    "xoxr-": 10,
    "xoxs-": 10,
    "xapp-": 10,
    "hf_": 30,
    "npm_": 30,
    "pypi-": 30,
    "SG.": 20,
    "snt_": 20,
}

# Tokens with these prefixes may have no digit. Without a digit, text after another prefix is a word.
WITHOUT_DIGITS = ("AKIA", "ASIA", "ABIA", "ACCA")
