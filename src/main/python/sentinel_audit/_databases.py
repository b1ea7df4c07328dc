"""Passwords where clients of databases expect them: ``sqlplus user/V@db``, ``jdbc:oracle:thin:user/V@db``, and the lines
of ``.pgpass``: ``host:5432:db:user:V``.
"""

from __future__ import annotations

import re

from . import _names, _values
from ._escapes import TOKEN_CHARS, escape_part
from ._names import SecretNames
from ._quotes import quote_at
from ._spans import Spans

SQLPLUS = "sqlplus"
_THIN = "oracle:thin"
_MAX_FIELD = 64
_FIELD = r"[A-Za-z0-9_\-.*]"
_OF_PASSWORD = r"[^\x00-\x20\"'`\\]"

_OPTIONS = re.compile(r"(?: -[^ ]{0,31}(?= )){0,3} (?!-)")
_LOGIN = re.compile(r"[A-Za-z0-9_\-.$#]{1,64}/((?:(?!@)[^\x00-\x20\"'`\\]){3,64})@")
# Line numbers and times have as many colons, so only the usual port of PostgreSQL counts, or any.
# A backslash protects a colon and itself. In JSON, a line may end with an escape that is escaped itself.
_IN_PASSWORD = rf"(?:{_OF_PASSWORD}|\\:|\\\\(?![nr]))"
# The group in a look-ahead takes all it can and gives nothing back. Nothing follows the password on its line.
_LINE = re.compile(
    rf":(5432|\*):{_FIELD}{{1,64}}:{_FIELD}{{1,64}}:(?=({_IN_PASSWORD}{{0,64}}))\2(?!{_IN_PASSWORD})(?=\Z|[\r\n\"'`\\])"
)
_LOCAL = "localhost"
_FIELD_CHARS = TOKEN_CHARS + ".*"
_ENDS_PASSWORD = frozenset(map(chr, range(0x21))) | frozenset("\"'`\\")


class Databases:
    """In one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans

    def command(self, end: int) -> None:
        """Looks at what follows the command."""
        options = _OPTIONS.match(self._text, end)
        if options:
            quote = quote_at(self._text, options.end(), len(self._text))
            self._login(quote.end if quote else options.end())

    def colon(self, at: int) -> None:
        """Looks at the colon here."""
        text = self._text
        if text.endswith(_THIN, 0, at):
            self._login(at + 1)
            return
        line = _LINE.match(text, at)
        if line is None or not self._is_host_before(at, line.group(1) == "*"):
            return
        value = line.group(2)
        if _values.is_secret(_names.LIKELY, value) and not _values.is_harmless(value, True, self._names):
            self._spans.add(*line.span(2))

    def _is_host_before(self, at: int, any_port: bool) -> bool:
        text = self._text
        least = max(0, at - _MAX_FIELD)
        start = least + len(text[least:at].rstrip(_FIELD_CHARS))
        # Behind a line end that is an escape, its letter is no part of the host.
        host = text[start + escape_part(text, start, at) : at]
        # Patterns of keys and of resources have as many colons.
        if any_port and host not in ("*", _LOCAL) and "." not in host:
            return False
        return start < at and (start == 0 or text[start - 1] in _ENDS_PASSWORD)

    def _login(self, user: int) -> None:
        login = _LOGIN.match(self._text, user)
        if login and not _values.is_harmless(login.group(1), True, self._names):
            self._spans.add(*login.span(1))
