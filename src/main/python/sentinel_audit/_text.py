"""Text as every store can hold it, and as JSON spells it."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Callable

quote: Callable[[str], str] = encode_basestring
"""A string as JSON, with its quotes; only what JSON requires is escaped."""


def storable(text: str) -> str:
    """The text with NUL and unpaired surrogates replaced by U+FFFD: an event is not worth losing for them."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
