"""Makes text storable, and encodes it as JSON."""

from __future__ import annotations

import sys
from json.encoder import encode_basestring
from typing import Callable

from ._rules import REPLACEMENT

quote: Callable[[str], str] = encode_basestring
"""Quotes a string as JSON, escaping only what JSON requires."""


def storable(text: str) -> str:
    """Replaces NUL and unpaired surrogates by U+FFFD, since they are no reason to lose an event."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def units(text: str) -> str:
    """A text in the UTF-16 of the server, whose rules count in it: a pair of surrogates for what is beyond U+FFFF."""
    coded = text.encode("utf-16-le" if sys.byteorder == "little" else "utf-16-be", "surrogatepass")
    return "".join(map(chr, memoryview(coded).cast("H")))


def joined(text: str) -> str:
    """The text of which these are the units; a surrogate that is left alone becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def boundary(text: str, at: int) -> int:
    """The last position up to this one at which no replacement is cut in two."""
    found = text.rfind(REPLACEMENT, max(0, at - len(REPLACEMENT) + 1), at + len(REPLACEMENT) - 1)
    return found if 0 <= found < at < found + len(REPLACEMENT) else at

