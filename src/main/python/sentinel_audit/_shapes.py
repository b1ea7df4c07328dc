"""Finds secrets in a text by their shape. Each function returns the span of the secret that begins at ``at``, or None.

Regular expressions are used only where they read each character once: classes, and alternatives that begin with
different characters. No repetition contains another, so every text takes linear time at most.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Optional

from ._rules import ISSUED, REPLACEMENT, WITHOUT_DIGITS

Span = tuple[int, int]

_TOKEN = re.compile(r"[A-Za-z0-9_\-]*")
_CREDENTIAL = re.compile(r"[A-Za-z0-9_\-.~+/=]*")
_DIGIT = re.compile(r"[0-9]")
_END_OF_AUTHORITY = re.compile(r"[\x00-\x20/?#\\<>\"'`]")

_SHORTEST_CREDENTIAL = 8
# Longest word that follows "bearer" in prose: authentication.
_LONGEST_WORD = 14
_JWT_PART = 8
_PEM_LABEL = 40

# Prefixes with a common start are tried from the longest to the shortest.
_ISSUED = tuple(sorted(ISSUED.items(), key=lambda form: -len(form[0])))


def url_password(text: str, at: int) -> Optional[Span]:
    """``://user:password@``"""
    start = at + 3
    found = _END_OF_AUTHORITY.search(text, start)
    authority_end = found.start() if found else len(text)
    colon = text.find(":", start, authority_end)
    user_info_end = text.rfind("@", start, authority_end)
    if colon < 0 or user_info_end <= colon + 1 or text.startswith(REPLACEMENT, colon + 1, user_info_end):
        return None
    return colon + 1, user_info_end


def jwt(text: str, at: int) -> Optional[Span]:
    """A signed or encrypted token (RFC 7519): three or five parts, the third of which may be empty."""
    header = _token_end(text, at)
    if header - at < _JWT_PART or not text.startswith(".", header):
        return None
    end = _token_end(text, header + 1)
    if end - header <= _JWT_PART:
        return None
    while text.startswith(".", end):
        part = _token_end(text, end + 1)
        if part == end + 1:
            break
        end = part
    return at, end


def private_key(text: str, at: int) -> Optional[Span]:
    """A private key in PEM (RFC 7468). A truncated key, without an end marker, extends to the end of the text."""
    label = at + len("-----BEGIN ")
    key = text.find("PRIVATE KEY", label, label + _PEM_LABEL)
    if key < 0:
        return None
    last = text.find("-----END ", key)
    if last < 0:
        return at, len(text)
    label = last + len("-----END ")
    dashes = text.find("-----", label, label + _PEM_LABEL)
    return at, label if dashes < 0 else dashes + 5


def http_credentials(text: str, at: int) -> Optional[Span]:
    """The credentials after ``Bearer`` (RFC 6750) or ``Basic`` (RFC 7617)."""
    bearer = text[at + 1] in "eE"
    start = at + (6 if bearer else 5)
    while text.startswith(" ", start):
        start += 1
    end = _end(_CREDENTIAL, text, start)
    if end - start < _SHORTEST_CREDENTIAL:
        return None
    credentials = text[start:end]
    if _is_word(credentials) if bearer else not _is_basic(credentials):
        return None
    return start, end


def _is_word(text: str) -> bool:
    word = text[:-1] if text.endswith(".") else text
    return word.isalpha() and len(word) <= _LONGEST_WORD


def _is_basic(text: str) -> bool:
    # Like Java's decoder: padding may be missing, but must not be too long.
    body = text.rstrip("=")
    padding = len(text) - len(body)
    if padding and padding != -len(body) % 4 or len(body) % 4 == 1:
        return False
    try:
        return b":" in base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def issued_token(text: str, at: int) -> Optional[Span]:
    """A token with the prefix of a known issuer."""
    for prefix, length in _ISSUED:
        if text.startswith(prefix, at):
            body = at + len(prefix)
            end = _token_end(text, body)
            if end - body >= length and (prefix in WITHOUT_DIGITS or _DIGIT.search(text, body, end)):
                return at, end
    return None


def _token_end(text: str, at: int) -> int:
    return _end(_TOKEN, text, at)


def _end(run: re.Pattern[str], text: str, at: int) -> int:
    found = run.match(text, at)
    return found.end() if found else at
