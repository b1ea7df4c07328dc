"""Secrets behind words without a sign: ``ALTER USER u PASSWORD 'V'``, ``IDENTIFIED BY 'V'``, netrc, ``the password is
V``, and the directives of configuration files: ``ENV DB_PASSWORD V``.
"""

from __future__ import annotations

import re

from . import _names, _values
from ._escapes import CONTROL, SPACES, ends_line, token_end
from ._name_before import NameBefore
from ._names import SecretNames
from ._quotes import Quote, quote_at
from ._rules import NAMES
from ._spans import Spans

_MAX_COLUMN = 40
_MAX_NAME = 64
_REACH = 200
_SHORTEST = 3
_SHORTEST_TOLD = 8
_DIRECTIVES = NAMES["directives"]

_PASSWORD = re.compile(r"password", re.IGNORECASE | re.ASCII)
_IDENTIFIED = re.compile(r"identified", re.IGNORECASE | re.ASCII)
_BY = re.compile(r" by ", re.IGNORECASE | re.ASCII)
_WORD_END = re.compile(rf"[\x00-\x20]|{CONTROL.pattern}")
_COLUMN = re.compile(rf"[ \t]{{0,{_MAX_COLUMN}}}")
_NOT_MIXED = re.compile(r"[=(:]")
_ENDS_VALUE = frozenset("\n\r;,")


def is_directive(word: str, names: SecretNames) -> bool:
    """Whether a line that begins with this word may give a value to a name."""
    return names.secrecy(word) != _names.NONE or word.lower() in _DIRECTIVES


class Phrases:
    """Of one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans
        self._before = NameBefore(text)

    def find(self, at: int) -> None:
        """Looks at the word that begins here, with a p or an i."""
        if _PASSWORD.match(self._text, at):
            self._password(at, at + 8)
        elif _IDENTIFIED.match(self._text, at):
            self._identified(at)
        elif self._text.startswith("is ", at):
            self._told_of(at)

    def _password(self, at: int, end: int) -> None:
        text = self._text
        to = len(text)
        start = self._skip(end)
        if start in (end, to):
            return
        quote = quote_at(text, start, to)
        if quote:
            # The password "x" was wrong: prose quotes; a statement says whose it is, or what to do.
            if not text.endswith(("the ", "a "), 0, at):
                self._take_quoted(quote)
        elif self._is_before(at, ("login ",)) or self._is_before(at, ("machine ",)):
            self._take(start, self._word_end(start), False)
        elif start - end > (2 if text[end] == "\\" else 1) and ends_line(text, at):
            # A table of two columns.
            self._told(start)
        else:
            value = text[start : self._word_end(start)]
            if _values.is_mixed(value) and not _NOT_MIXED.search(value):
                self._told(start)

    def _identified(self, at: int) -> None:
        if not self._is_before(at, ("user ", "role ", "grant ", "connect to ")):
            return
        text = self._text
        to = len(text)
        end = at + 10
        by = _BY.search(text, end, max(end, min(to, end + 60)))
        if by is None:
            return
        start = self._skip(by.end() - 1)
        quote = quote_at(text, start, to)
        if quote:
            self._take_quoted(quote)
        else:
            last = self._word_end(start)
            self._take(start, last - 1 if last > start and text[last - 1] == ";" else last, False)

    def _told_of(self, at: int) -> None:
        """``my API key is V``"""
        before = self._before
        if at == 0 or not before.find(at):
            return
        secrecy = self._names.secrecy(self._text[before.start : before.end])
        if secrecy == _names.NONE:
            secrecy = before.secrecy_of_label(self._names)
        if secrecy != _names.NONE:
            self._told(at + 3)

    def _told(self, begin: int) -> None:
        text = self._text
        start = begin
        quote = quote_at(text, start, len(text))
        if quote:
            start = quote.end
            end = quote.close(text, start, len(text))
        else:
            end = self._word_end(start)
        while end > start and text[end - 1] in ".,;)":
            end -= 1
        if end - start >= _SHORTEST_TOLD and _values.is_random(text[start:end]):
            self._take(start, end, True)

    def directive(self, word: int, end: int) -> None:
        """Looks at a line that begins with this word: ``ENV DB_PASSWORD V``, ``requirepass V``."""
        text = self._text
        to = len(text)
        if end == to or text[end] not in " \t":
            return
        name, name_end = word, end
        sets = end - word < _MAX_NAME and text[word:end].lower() in _DIRECTIVES
        if sets:
            name = self._skip(end)
            if text.startswith("-", name):
                # set -gx NAME V
                name = self._skip(self._word_end(name))
            name_end = token_end(text, name, min(to, name + _MAX_NAME))
        if self._names.secrecy(text[name:name_end]) == _names.NONE:
            return
        column = _COLUMN.match(text, name_end)
        start = column.end() if column else name_end
        if start == name_end or start == to:
            return
        quote = quote_at(text, start, to)
        value = quote.end if quote else start
        last = quote.close(text, value, to) if quote else self._word_end(start)
        if quote is None and last > value and text[last - 1] in ";,":
            last -= 1
        rest = last + 1 if quote else last
        alone = rest >= to or text[rest] in _ENDS_VALUE or CONTROL.match(text, rest) is not None
        if (sets or (alone and quote is None)) and _values.is_random(text[value:last]):
            self._take(value, last, quote is not None)

    def _word_end(self, at: int) -> int:
        found = _WORD_END.search(self._text, at)
        return found.start() if found else max(at, len(self._text))

    def _take_quoted(self, quote: Quote) -> None:
        self._take(quote.end, quote.close(self._text, quote.end, len(self._text)), True)

    def _take(self, start: int, end: int, quoted: bool) -> None:
        if end - start >= _SHORTEST and not _values.is_harmless(self._text[start:end], quoted, self._names):
            self._spans.add(start, end)

    def _skip(self, at: int) -> int:
        found = SPACES.match(self._text, at)
        return found.end() if found else at

    def _is_before(self, at: int, words: tuple[str, ...]) -> bool:
        head = self._text[max(0, at - _REACH) : at].lower()
        return any(word in head for word in words)
