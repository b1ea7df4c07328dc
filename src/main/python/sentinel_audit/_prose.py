"""Tells sentences from values, and the schemes of an Authorization header (RFC 9110, section 11.4) from words.

Looks at a bounded number of characters.
"""

from __future__ import annotations

import re

from ._escapes import BLANK
from ._rules import NAMES
from ._values import LONGEST_HARMLESS, is_generated

_MAX_WORD = 24
_SCHEMES = NAMES["schemes"]

_PROSE = re.compile(r"[A-Za-z .,'\-]*")
_LETTERS = re.compile(r"[A-Za-z]*")
_DOTTED = re.compile(r"[A-Za-z.]*")
_SCHEME = re.compile(r"[A-Za-z0-9_\-]{0,24}")
_AWS = re.compile(r"aws4-", re.IGNORECASE | re.ASCII)
_CREDENTIAL = re.compile(r"[A-Za-z0-9_\-.~+/=]*")
_ENDS_WORD = frozenset(" .,;!?)\n\"'")


def is_prose(text: str, start: int, end: int) -> bool:
    """``authorization: bearer of bad news``; all but the scheme are words."""
    if end - start > LONGEST_HARMLESS:
        return False
    return text.count(" ", start, end) > 1 and _PROSE.fullmatch(text, start, end) is not None


def goes_on(text: str, start: int, end: int) -> bool:
    """``The secret: hard work and patience.`` The word that follows is not the name of another value."""
    to = len(text)
    if end - start > _MAX_WORD or end + 1 >= to or text[end] not in " ," or not _DOTTED.fullmatch(text, start, end):
        return False
    word = end + 1
    while word < to and text[word] == " " and word - end < 3:
        word += 1
    if word < to and text[word] == "%":
        return True
    found = _LETTERS.match(text, word, word + _MAX_WORD)
    last = found.end() if found else word
    return last > word and (last == to or text[last] in _ENDS_WORD)


def is_word(text: str, start: int, end: int) -> bool:
    """``authorizations:create``: a colon without a blank does not set off a word."""
    return end > start and _LETTERS.fullmatch(text, start, end) is not None


def is_header_value(text: str, start: int) -> bool:
    """A scheme with its credentials, something like one, or cookies."""
    word = _scheme_end(text, start, len(text))
    if text.startswith("=", word):
        return True
    blank = BLANK.match(text, word)
    if blank is None:
        return False
    if _is_scheme(text, start, word):
        return True
    found = _CREDENTIAL.match(text, blank.end(), max(blank.end(), word + LONGEST_HARMLESS))
    return is_generated(text[blank.end() : found.end() if found else blank.end()])


def behind_scheme(text: str, start: int, end: int) -> int:
    """Where the credentials begin, if a scheme and a blank come first; else the same place."""
    word = _scheme_end(text, start, end)
    i = word
    blank = BLANK.match(text, i, end)
    while blank:
        i = blank.end()
        blank = BLANK.match(text, i, end)
    return i if i > word and _is_scheme(text, start, word) else start


def _is_scheme(text: str, start: int, end: int) -> bool:
    return text[start:end].lower() in _SCHEMES or _AWS.match(text, start, end) is not None


def _scheme_end(text: str, start: int, to: int) -> int:
    found = _SCHEME.match(text, start, to)
    return found.end() if found else start
