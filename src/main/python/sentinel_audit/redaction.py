"""Redacts events before they leave the process, with the same rules as the server (version 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Optional

from . import _shapes
from ._cards import card_number, is_card_number
from ._rules import ANYWHERE, AT_END, ISSUED, REPLACEMENT

__all__ = ["REPLACEMENT", "Redaction"]

_NOT_COUNTED = re.compile(r"[^a-z0-9]")
_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
_GAP = " \\\"'`"
_MAX_NAME = 64
_MAX_GAP = 6
# Shorter values are placeholders, such as ? or $1.
_SHORTEST_VALUE = 3
_LITERALS = {"null", "none", "true", "false"}
_LONGEST_LITERAL = 5

_END_OF_HEADER = re.compile(r"[\"'`\r\n]")
_END_OF_QUOTED = re.compile(r"[\"'`\r\n\\]")
_END_OF_VALUE = re.compile(r"[\"'`\x00-\x20&;,<>)\]}]")

# The length of the shortest text with a secret: "://:x@".
_SHORTEST = 6

# A cache of texts without secrets, so that frequent texts are scanned once: names of members, tools and models.
# Bounded, and never contains a secret.
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 64


# The signs of secrets that do not begin like a word.
_MARKS = (
    r"(?<=[:=])"
    r"|(?<=[0-9])(?<![A-Za-z0-9_\-.+].)[0-9]{3}(?=[0-9 \-])"
    r"|(?<=-)----BEGIN "
)


def _signs() -> re.Pattern[str]:
    """The signs of all secrets. Begins with a character class, so that the search skips all other characters."""
    firsts: dict[str, list[str]] = {}
    for prefix in ISSUED:
        firsts.setdefault(prefix[0], []).append(re.escape(prefix[1:]))
    issued = "|".join(f"(?<={first})(?:{'|'.join(rests)})" for first, rests in firsts.items())
    words = rf"(?<=e)yJ|(?<=[bB])(?:[eE][aA][rR][eE][rR]|[aA][sS][iI][cC]) |{issued}"
    return re.compile(rf"[0-9:=\-ebB{''.join(firsts)}](?:{_MARKS}|(?<![A-Za-z0-9_\-].)(?:{words}))", re.DOTALL)


_SIGNS = _signs()
_SIGNS_BUT_WORDS = re.compile(rf"[0-9:=\-](?:{_MARKS})", re.DOTALL)

# Half of the letters in prose begin some word that is a sign. For texts from this length on, it is more than twice as
# fast to check first whether any of these words occurs.
_LONG = 256
_WORDS = ("eyJ", *ISSUED)


def _signs_in(text: str) -> re.Pattern[str]:
    if len(text) < _LONG or any(word in text for word in _WORDS):
        return _SIGNS
    lower = text.lower()
    return _SIGNS if "bearer " in lower or "basic " in lower else _SIGNS_BUT_WORDS


def _normalized(name: str) -> str:
    """The name in lower case, reduced to ASCII letters and digits."""
    return _NOT_COUNTED.sub("", name.lower())


class Redaction:
    """The rules of one client. Any thread. Case and separators of names do not count.

    :param mode: how secrets are found. ``"full"``: by name and by shape; ``"keys"``: by name; ``"off"``: not at all
    :param more_keys: additional secret names; they also match inside a longer name
    :param kept_keys: whole names that are never secret, even if a rule matches
    """

    def __init__(self, mode: str = "full", more_keys: Iterable[str] = (), kept_keys: Iterable[str] = ()) -> None:
        if mode not in ("full", "keys", "off"):
            raise ValueError(f"redaction must be full, keys or off, not {mode!r}")
        self._by_key = mode != "off"
        self._by_shape = mode == "full"
        self._anywhere = ANYWHERE + tuple(_term(key) for key in more_keys)
        self._kept = frozenset(_term(key) for key in kept_keys)
        self._secret_names: dict[str, int] = {}
        self._clean: set[str] = set()
        self.plain_names: dict[str, tuple[str, bool]] = {}
        """A cache of unredacted names, in the form that their writer needs."""

    def is_secret_key(self, name: str) -> bool:
        """Whether this is the name of a secret."""
        return self._by_key and self._secrecy(name) > 0

    def remember_name(self, name: str, entry: tuple[str, bool]) -> None:
        """Adds a name to ``plain_names``."""
        if len(name) <= _LONGEST_REMEMBERED:
            if len(self.plain_names) >= _REMEMBERED:
                # Replaced, not cleared, because another thread may be reading it.
                self.plain_names = {}
            self.plain_names[name] = entry

    def is_secret_number(self, digits: str) -> bool:
        """Whether the digits of an integer are a secret number."""
        return self._by_shape and is_card_number(digits)

    def clean(self, text: str) -> Optional[str]:
        """The text with its secrets replaced, or None if it has none."""
        if not self._by_shape or len(text) < _SHORTEST or text in self._clean:
            return None
        clean = self._cleaned(text)
        if clean is None and len(text) <= _LONGEST_REMEMBERED:
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(text)
        return clean

    def _cleaned(self, text: str) -> Optional[str]:
        signs = _signs_in(text)
        pieces: list[str] = []
        kept = 0
        sign = signs.search(text)
        while sign:
            span = self._secret(text, sign.start())
            if span is None:
                sign = signs.search(text, sign.start() + 1)
            else:
                pieces.append(text[kept : span[0]])
                kept = span[1]
                sign = signs.search(text, kept)
        if not pieces:
            return None
        pieces.append(text[kept:])
        return REPLACEMENT.join(pieces)

    def _secret(self, text: str, at: int) -> Optional[_shapes.Span]:
        first = text[at]
        if first == ":" and text.startswith("://", at):
            return _shapes.url_password(text, at)
        if first in ":=":
            return self._assigned(text, at)
        if first in "0123456789":
            return card_number(text, at)
        if first == "-":
            return _shapes.private_key(text, at)
        if first == "e":
            return _shapes.jwt(text, at)
        if first in "bB":
            return _shapes.http_credentials(text, at)
        return _shapes.issued_token(text, at)

    def _assigned(self, text: str, at: int) -> Optional[_shapes.Span]:
        """The value of an assignment whose sign (``=`` or ``:``) is at ``at``, if the name is secret."""
        before = text[max(0, at - _MAX_GAP) : at]
        gap = before[len(before.rstrip(_GAP)) :]
        name_end = at - len(gap)
        head = text[max(0, name_end - _MAX_NAME) : name_end]
        name = head[len(head.rstrip(_NAME)) :]
        secrecy = self._secrecy(name)
        # In prose such as "Unexpected token: name", nothing is a secret.
        prose = text[at] == ":" and not _has_quote(gap)
        if secrecy == 0 or (secrecy < 2 and prose):
            return None
        header = text[at] == ":" and _normalized(name).endswith(("authorization", "cookie"))
        return _value(text, at, header)

    def _secrecy(self, name: str) -> int:
        """2 for a secret name, 1 for a secret name that prose uses too, 0 for any other name."""
        known = self._secret_names.get(name)
        if known is None:
            known = self._secrecy_of(name)
            if len(name) <= _LONGEST_REMEMBERED:
                if len(self._secret_names) >= _REMEMBERED:
                    self._secret_names.clear()
                self._secret_names[name] = known
        return known

    def _secrecy_of(self, name: str) -> int:
        if self._kept and _normalized(name) in self._kept:
            return 0
        counted = _normalized(name) if name.isascii() else "".join(map(_counted, name))
        if any(term in counted for term in self._anywhere):
            return 2
        return 1 if counted.endswith(AT_END) else 0


def _term(key: str) -> str:
    term = _normalized(key)
    if not term:
        raise ValueError(f"a key needs an ASCII letter or digit: {key!r}")
    return term


def _counted(char: str) -> str:
    """Normalizes one character. A non-ASCII letter or digit separates terms; other characters do not count."""
    if char < "\x80":
        return _normalized(char)
    return "\uffff" if char <= "\uffff" and (char.isalpha() or char.isdecimal()) else ""


def _has_quote(text: str) -> bool:
    return '"' in text or "'" in text or "`" in text


def _value(text: str, at: int, header: bool) -> Optional[_shapes.Span]:
    after = text[at + 1 : at + 1 + _MAX_GAP]
    gap = after[: len(after) - len(after.lstrip(_GAP))]
    start = at + 1 + len(gap)
    if text.startswith(REPLACEMENT, start):
        return None
    # Values of headers contain spaces: a scheme and its credentials, or several cookies.
    ends = _END_OF_QUOTED if _has_quote(gap) else _END_OF_HEADER if header else _END_OF_VALUE
    found = ends.search(text, start)
    end = found.start() if found else len(text)
    value = text[start : min(end, start + _LONGEST_LITERAL + 1)]
    # The server counts UTF-16 code units.
    length = len(value) + sum(char > "\uffff" for char in value)
    if length < _SHORTEST_VALUE or value.lower() in _LITERALS:
        return None
    return start, end
