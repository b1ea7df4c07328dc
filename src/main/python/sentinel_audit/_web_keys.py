"""The private members of JSON Web Keys (RFC 7517) in a text: ``{"kty":"EC","d":"V"}``, in any order."""

from __future__ import annotations

import re

from . import _names, _values
from ._escapes import SPACES, token_end
from ._names import SecretNames
from ._quotes import quote_at
from ._rules import NAMES
from ._spans import Spans

TYPE = "kty"
PRIVATE = NAMES["webkey"]
# How far before its type a key may begin, and how far behind it end.
_REACH = 8192
_QUOTE = re.compile("[\"'`]")


class WebKeys:
    """In one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans
        # Keys before this were looked at.
        self._done_until = 0

    def find(self, kind: int) -> None:
        """Looks at the object around the type of a key."""
        text = self._text
        start = text.rfind("{", max(self._done_until, kind - _REACH), kind) + 1
        if kind < self._done_until or start == 0:
            self._done_until = max(self._done_until, kind)
            return
        found = text.find("}", kind, kind + _REACH)
        end = found if found >= 0 else min(len(text), kind + _REACH)
        self._done_until = end
        quote = _QUOTE.search(text, start, end)
        while quote:
            quote = _QUOTE.search(text, self._member(quote.end(), end), end)

    def _member(self, name: int, end: int) -> int:
        """Takes the value of the member whose name begins here if it is private; returns where to go on."""
        text = self._text
        name_end = token_end(text, name, end)
        closing = quote_at(text, name_end, end) if text[name:name_end] in PRIVATE else None
        if closing is None:
            return name_end
        sign = self._skip_blanks(closing.end, end)
        value = self._skip_blanks(sign + 1, end) if sign < end and text[sign] == ":" else end
        quote = quote_at(text, value, end)
        if quote is None:
            return name_end
        last = quote.close(text, quote.end, end)
        secret = text[quote.end : last]
        if _values.is_secret(_names.LIKELY, secret) and not _values.is_harmless(secret, True, self._names):
            self._spans.add(quote.end, last)
        return last

    def _skip_blanks(self, at: int, to: int) -> int:
        found = SPACES.match(self._text, at, to)
        return found.end() if found else at
