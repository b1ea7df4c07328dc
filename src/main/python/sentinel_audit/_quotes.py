r"""A quotation mark in the form in which it stands in a text, and where what it opens is closed.

JSON within JSON writes ``\"`` and ``\\\"``, CSV ``""``, a URL ``%22``, HTML ``&quot;``. A mark of n backslashes opens a
text of that depth. In it, a mark is escaped if more backslashes stand before it than the depth asks for, an odd number
of times; with fewer, the text around it has ended.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ._escapes import QUOTES, TOKEN

_SPELLED = ("%22", "%27", "&quot;", "&#34;", "&#39;", "&apos;", "\\u0022", "\\u0027")
_MOST_BACKSLASHES = 64
_INSIDE = TOKEN | frozenset("$")
_ESCAPED = frozenset("%&\\")
_LAST_OF_SPELLED = frozenset(";27")


class Quote(NamedTuple):
    """Where a mark stands, and what it is: itself after some backslashes, or spelled otherwise."""

    start: int
    end: int
    mark: str
    backslashes: int
    doubled: bool
    spelled: bool

    def is_command(self) -> bool:
        """Whether shells run what is in it."""
        return self.mark == "`"

    def is_like(self, other: Quote) -> bool:
        """Whether the other is the same mark at the same depth: one that closes what this has opened."""
        return self[2:4] == other[2:4] and self.spelled == other.spelled

    def close(self, text: str, at: int, to: int) -> int:
        """Where the text that this mark has opened ends: at its own closing mark, or with the line."""
        if self.spelled:
            found = _ENDS[self.mark].search(text, at, to)
            return found.start() if found else to
        return self._close_plain(text, at, to)

    def _close_plain(self, text: str, at: int, to: int) -> int:
        runs = _RUNS[self.mark]
        i = at
        while i < to:
            found = runs.match(text, i, to)
            if found is None or found.group(2) is None:
                return to
            start, run = found.span(1)
            if found.group(2) in "\r\n":
                return run
            if self.doubled:
                if run + 1 >= to or text[run + 1] == self.mark:
                    return run
                i = run + 1
            elif run - start < self.backslashes:
                return start
            elif (run - start - self.backslashes) // (self.backslashes + 1) % 2:
                i = run + 1
            elif self.mark == "'" and not self.backslashes and run > at and text.startswith("'", run + 1, to):
                # 'it''s'
                i = run + 2
            else:
                return run - self.backslashes
        return to


# What a text of a mark has, then a run of backslashes with the mark, the end of the line or of the text. A backslash
# before the end of a line continues it. Every character is looked at once, since something matches everywhere.
_RUNS = {
    mark: re.compile(rf"[^\\{mark}\n\r]*(?:\\+[^\\{mark}][^\\{mark}\n\r]*)*(\\*)({mark}|(?<!\\)[\n\r])?")
    for mark in sorted(QUOTES)
}
_ENDS = {
    spelled: re.compile(f"[\n\r{'' if spelled[0] == '&' else chr(34)}]|{re.escape(spelled)}") for spelled in _SPELLED
}
_AT = re.compile(r"(\\{0,64})([\"'`])")


def quote_at(text: str, at: int, to: int) -> Optional[Quote]:
    """The mark that begins here."""
    if at >= to:
        return None
    char = text[at]
    if char in QUOTES:
        twice = at + 2 < to and text[at + 1] == char and text[at + 2] in _INSIDE
        return Quote(at, at + 2 if twice else at + 1, char, 0, twice, False)
    if char not in _ESCAPED:
        return None
    found = _AT.match(text, at, to)
    if found:
        return Quote(at, found.end(), found.group(2), found.end() - at - 1, False, False)
    escape = at
    while escape + 1 < to and text[escape] == "\\" and text[escape + 1] == "\\" and escape + 1 - at < _MOST_BACKSLASHES:
        # The last backslash of several belongs to the escape.
        escape += 1
    for spelling in _SPELLED:
        if text.startswith(spelling, escape, to):
            return Quote(at, escape + len(spelling), spelling, 0, False, True)
    return None


def quote_before(text: str, at: int) -> Optional[Quote]:
    """The mark that ends before this."""
    if at == 0:
        return None
    last = text[at - 1]
    if last in QUOTES:
        if at >= 3 and text[at - 2] == last and text[at - 3] in _INSIDE:
            return Quote(at - 2, at, last, 0, True, False)
        start = at - 1
        while start > 0 and text[start - 1] == "\\" and at - start < _MOST_BACKSLASHES:
            start -= 1
        return Quote(start, at, last, at - 1 - start, False, False)
    if last in _LAST_OF_SPELLED:
        for spelling in _SPELLED:
            if text.endswith(spelling, 0, at):
                return Quote(at - len(spelling), at, spelling, 0, False, True)
    return None
