"""The beginning of a redacted text."""

from __future__ import annotations

import os.path

from ._text import boundary
from .redaction import Redaction

# How often a beginning is shortened before nothing is left of it.
_MAX_TRIES = 8


def first(text: str, most: int, redaction: Redaction) -> str:
    """The first characters of a redacted text, or all of it. Ends not within a replacement."""
    return text if len(text) <= most else clean(text[: boundary(text, most)], redaction)


def clean(text: str, redaction: Redaction) -> str:
    """The longest beginning in which there is nothing to redact, as there may be in a text that reads differently
    without its end.
    """
    for _ in range(_MAX_TRIES):
        cleaned = redaction.clean(text)
        if cleaned is None:
            return text
        text = common(text, cleaned)
    return ""


def common(one: str, other: str) -> str:
    """What two texts begin with. Ends not within a replacement."""
    return one[: boundary(one, len(os.path.commonprefix([one, other])))]
