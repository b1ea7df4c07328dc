"""Makes text storable, and encodes it as JSON."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Callable

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
