"""The files of cookies of curl, wget and browsers: ``.example.com TRUE / TRUE 1798761600 session V``, in columns."""

from __future__ import annotations

import re

from . import _names, _values
from ._escapes import CONTROL
from ._names import SecretNames
from ._spans import Spans

_SHORTEST = 3
# The columns from the second one to the name.
_COLUMNS = re.compile(
    r"(?:TRUE|FALSE)\t(?=/)[^\x00-\x1f]{0,255}\t(?:TRUE|FALSE)\t(?=[0-9])[^\x00-\x1f]{0,255}\t[^\x00-\x1f]{0,255}\t"
)
# The same in JSON within text.
_COLUMN = r"(?:(?!\\t)[^\x00-\x1f]){0,255}\\t"
_ESCAPED_COLUMNS = re.compile(rf"(?:TRUE|FALSE)\\t(?=/){_COLUMN}(?:TRUE|FALSE)\\t(?=[0-9]){_COLUMN}{_COLUMN}")
_VALUE_END = re.compile(rf"[\x00-\x20]|{CONTROL.pattern}")


class CookieJars:
    """In one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans

    def find(self, at: int) -> None:
        """Looks at the second column, which this word may be."""
        text = self._text
        columns = _ESCAPED_COLUMNS if text.endswith("\\t", 0, at) else _COLUMNS if text.endswith("\t", 0, at) else None
        found = columns.match(text, at) if columns else None
        if found is None:
            return
        start = found.end()
        ends = _VALUE_END.search(text, start)
        end = ends.start() if ends else len(text)
        value = text[start:end]
        secret = end - start >= _SHORTEST and _values.is_secret(_names.LIKELY, value)
        if secret and not _values.is_harmless(value, True, self._names):
            self._spans.add(start, end)
