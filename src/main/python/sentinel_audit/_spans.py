"""Where secrets are in a text: pieces in order that do not overlap."""

from __future__ import annotations

from ._rules import REPLACEMENT


class Spans:
    """What several rules find of one secret is joined, so that no rule can leave a part of what another one found."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: list[tuple[int, int]] = []

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, start: int, end: int) -> None:
        """Adds a piece; most come in order."""
        if end <= start:
            return
        pieces = self._pieces
        first = len(pieces)
        while first > 0 and pieces[first - 1][1] > start:
            first -= 1
        last = first
        low, high = start, end
        while last < len(pieces) and pieces[last][0] < end:
            low = min(low, pieces[last][0])
            high = max(high, pieces[last][1])
            last += 1
        pieces[first:last] = [(low, high)]

    def replaced(self, text: str) -> str:
        """The text with each piece replaced."""
        kept = 0
        parts: list[str] = []
        for start, end in self._pieces:
            parts.append(text[kept:start])
            kept = end
        parts.append(text[kept:])
        return REPLACEMENT.join(parts)
