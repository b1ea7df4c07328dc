"""Reads the texts of one event, and bounds what that costs the agent's thread."""

from __future__ import annotations

from typing import Optional

from ._cut_text import common
from ._text import storable
from .redaction import Redaction

# Characters that are read of one event, and of one other text.
MAX_READ = 1 << 20

# Characters that are read of a text that is too long. More than those of any secret, and than the next number.
_HEAD = 1 << 16

# Characters of a head whose secrets end within it.
_KEPT_HEAD = _HEAD // 4 * 3

# After this number of characters, the rest of lists and objects is left out.
ENOUGH = MAX_READ + MAX_READ // 4

# Texts up to this length are always read.
SMALL = 4096


class Loader:
    """A text is read as a whole if all texts until then have at most ``MAX_READ`` characters together. Of a longer one,
    only the beginning is read, since no event can hold more of it; there is no digest of it then. One thread.
    """

    __slots__ = ("_redaction", "read", "whole", "size")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self.read = 0
        """The characters that were read until now."""
        self.whole = True
        """Whether the last text was loaded as a whole."""
        self.size = 0
        """The size of the last text in UTF-8, if it was not loaded as a whole."""

    def load(self, text: str) -> str:
        """The text that is to be written, as far as it is read."""
        length = len(text)
        # A pair of surrogates may be one character.
        if length > SMALL:
            text = storable(text)
            length = len(text)
            if length > SMALL and length > MAX_READ - self.read:
                self.whole = False
                self.size = len(text.encode())
                head = 0 if self.read > MAX_READ else min(_HEAD, length)
                self.read += head + 1
                return text[:head]
        else:
            text = storable(text)
            length = len(text)
        self.whole = True
        self.read += length + 1
        return text

    def clean(self, text: str) -> Optional[str]:
        """The loaded text without its secrets; None if it is to stay as it is."""
        clean = self._redaction.clean(text)
        return clean if self.whole else self._head(text, text if clean is None else clean)

    def _head(self, text: str, clean: str) -> str:
        """What does not depend on where the text was cut: a secret that was cut in two is not recognized."""
        shorter = text[:_KEPT_HEAD]
        other = self._redaction.clean(shorter)
        return common(clean, shorter if other is None else other)
