"""Credentials of protocols: in a URL's authority, behind an HTTP scheme, signed tokens; and private keys."""

from __future__ import annotations

import base64
import binascii
import re

from . import _values
from ._escapes import BLANK, token_end
from ._spans import Spans

_CREDENTIAL = re.compile(r"[A-Za-z0-9_\-.~+/=]*")
_END_OF_AUTHORITY = re.compile(r"[\x00-\x20/?#\\<>\"'`]")
# What matters in an authority that is percent-encoded, and what ends it.
_ENCODED = re.compile(r"[\x00-\x20/?#\\<>\"'`&]|%40|%2[fF]|%3[aA]")
_SCHEME = re.compile(r"(bearer)|basic", re.IGNORECASE | re.ASCII)
_SHORTEST = 8
_LONGEST_BASIC = 4096
_LONGEST_ENCODED = 512
# A user name is shorter, or has no digits.
_SHORTEST_TOKEN = 16
# No word of prose that follows "bearer" is longer: authentication, authorization.
_LONGEST_WORD = 14
_JWT = "eyJ"
_JWT_PART = 8

_BEGIN = "-----BEGIN"
_END = "-----END"
_DASHES = "-----"
_MAX_LABEL = 60
_SSH2 = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
_SSH2_END = "---- END SSH2 ENCRYPTED PRIVATE KEY ----"
_PUTTY = "Private-Lines: "
_PUTTY_END = "Private-MAC"


class Credentials:
    """Of one text."""

    def __init__(self, text: str, spans: Spans) -> None:
        self._text = text
        self._spans = spans
        # The parts of a token begin like tokens too.
        self._taken_until = 0
        # Where the last run of credentials ended: what begins within it was looked at with it.
        self._run_until = 0

    def url(self, authority: int) -> None:
        """Looks at the authority of a URL (RFC 3986, section 3.2.1): ``user:password@`` or ``token@``."""
        text = self._text
        found = _END_OF_AUTHORITY.search(text, authority)
        limit = found.start() if found else len(text)
        last = text.rfind("@", authority, limit)
        if last < 0:
            return
        colon = text.find(":", authority, limit)
        user_end = last if colon < 0 or colon > last else colon
        if user_end - authority >= _SHORTEST_TOKEN and _values.is_random(text[authority:user_end]):
            self._spans.add(authority, user_end)
        if user_end + 1 < last and not _values.is_placeholder(text[user_end + 1 : last]):
            self._spans.add(user_end + 1, last)

    def encoded_url(self, authority: int) -> None:
        """The same, percent-encoded: ``https%3A%2F%2Fuser%3Apassword%40h``."""
        text = self._text
        colon = -1
        limit = authority + _LONGEST_ENCODED
        for found in _ENCODED.finditer(text, authority, limit + 2):
            escape = found.group().lower()
            if found.start() >= limit or len(escape) == 1 or escape == "%2f":
                return
            if escape == "%40":
                if colon > 0:
                    self._spans.add(colon + 3, found.start())
                return
            if colon < 0:
                colon = found.start()

    def jwt(self, word: int, header: int) -> None:
        """Looks for a token (RFC 7519) whose header is the end of a word; what stands before it in the word does not
        hide it.

        :param header: where the word ends, with a point
        """
        text = self._text
        to = len(text)
        at = text.find(_JWT, max(word, self._taken_until), header)
        if at < 0 or header - at < _JWT_PART:
            return
        payload = token_end(text, header + 1, to)
        if payload - header <= _JWT_PART:
            # The second part of an encrypted token is the key, which may be empty.
            keyless = payload == header + 1 and text.startswith(".", payload)
            if not keyless or token_end(text, payload + 1, to) <= payload + _JWT_PART:
                return
        # An encrypted token has five parts, an unsigned one an empty third.
        end = payload
        while text.startswith(".", end):
            part = token_end(text, end + 1, to)
            if part == end + 1:
                break
            end = part
        self._spans.add(at, end)
        self._taken_until = end

    def http(self, at: int) -> None:
        """Looks at what follows ``Bearer`` (RFC 6750) or ``Basic`` (RFC 7617)."""
        text = self._text
        scheme = _SCHEME.match(text, at)
        if scheme is None:
            return
        start = scheme.end()
        blank = BLANK.match(text, start)
        if blank is None:
            return
        while blank:
            start = blank.end()
            blank = BLANK.match(text, start)
        if start < self._run_until:
            return
        found = _CREDENTIAL.match(text, start)
        end = found.end() if found else start
        self._run_until = end
        if end - start < _SHORTEST:
            return
        told = text[start:end]
        if _is_word(told) if scheme.group(1) else not _is_basic(told):
            return
        if not _values.is_stand_in(told):
            self._spans.add(start, end)


def _is_word(text: str) -> bool:
    word = text[:-1] if text.endswith(".") else text
    return (word.isalpha() or not word) and len(word) <= _LONGEST_WORD


def _is_basic(text: str) -> bool:
    """A user and a password in base64."""
    if len(text) > _LONGEST_BASIC:
        return True
    # As Java decodes: the padding may be missing, but not be too much.
    body = text.rstrip("=")
    padding = len(text) - len(body)
    if padding and padding != -len(body) % 4 or len(body) % 4 == 1:
        return False
    try:
        return b":" in base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


class PrivateKeys:
    """Private keys in PEM (RFC 7468) and of PGP (RFC 4880), with their line ends in any spelling; of one text."""

    def __init__(self, text: str, spans: Spans) -> None:
        self._text = text
        self._spans = spans
        # Where the text's next end mark stands, as far as it is known: several begin marks share one search.
        self._next_end = -1

    def find(self, at: int) -> int:
        """Finds the key that begins here; returns where it ends, with the text if its end mark is missing, since it was
        cut off; -1 if none begins.
        """
        text = self._text
        if not text.startswith(_BEGIN, at):
            return self._find_of_ssh2(at)
        to = len(text)
        label = at + len(_BEGIN)
        label_end = text.find(_DASHES, label, label + _MAX_LABEL)
        known = min(to, label + _MAX_LABEL) if label_end < 0 else label_end
        word = text.find("PRIVATE", label, known)
        if word < 0 or text.find("KEY", word, known) < 0:
            return -1
        if label_end >= 0:
            after = label_end + len(_DASHES)
            if after == to or text[after] in "\"'`),":
                # Somebody writes about how keys begin.
                return -1
        if self._next_end < label:
            found = text.find(_END, label)
            self._next_end = found if found >= 0 else to
        end = to
        if self._next_end < to:
            after = self._next_end + len(_END)
            dashes = text.find(_DASHES, after, after + _MAX_LABEL)
            end = after if dashes < 0 else dashes + len(_DASHES)
        self._spans.add(at, end)
        return end

    def _find_of_ssh2(self, at: int) -> int:
        text = self._text
        if not text.startswith(_SSH2, at):
            return -1
        found = text.find(_SSH2_END, at)
        end = found + len(_SSH2_END) if found >= 0 else len(text)
        self._spans.add(at, end)
        return end

    def find_of_putty(self, at: int) -> int:
        """Finds the key in the form of PuTTY that begins here; returns where it ends, or -1 if none does."""
        text = self._text
        if not text.startswith(_PUTTY, at):
            return -1
        found = text.find(_PUTTY_END, at + len(_PUTTY))
        end = found if found >= 0 else len(text)
        self._spans.add(at + len(_PUTTY), end)
        return end
