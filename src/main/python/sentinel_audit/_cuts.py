"""Cuts metadata to the size that the server accepts, and adds the marks of all that is cut in the event."""

from __future__ import annotations

import re
from typing import Optional

from ._cut_text import clean
from ._marks import Mark
from ._parts import Note, Part, Parts
from ._rules import REPLACEMENT
from ._text import quote
from .redaction import Redaction

_MARKS = "truncated"

# Bytes of JSON that are left of every text. A mark takes about 150, so to cut further would save little.
_LEAST_TEXT = 1_024

# Bytes of JSON. A structure that gets less is left out rather than cut.
_LEAST_STRUCTURE = 2_048

_REPLACEMENT = REPLACEMENT.encode()
_NAME = re.compile(rb'"(truncated[^"]*)"')


class Fitted:
    """Metadata that fits into an event.

    :param body: the object as JSON, without the marks
    :param marks: what is cut in it
    :param name: the member that holds the marks: that of no other member
    """

    __slots__ = ("body", "marks", "name")

    def __init__(self, body: str, marks: list[Mark], name: str) -> None:
        self.body = body
        self.marks = marks
        self.name = name

    def json(self) -> str:
        """The object with the marks."""
        if not self.marks:
            return self.body
        comma = "" if self.body == "{}" else ","
        return f"{self.body[:-1]}{comma}{quote(self.name)}:[{','.join(mark.json() for mark in self.marks)}]}}"


def fit(data: bytes, notes: list[Note], given: list[Mark], redaction: Redaction, most: int) -> Fitted:
    """Cuts the longest texts and, if that is not enough, the ends of lists and objects. What is cut is redacted already,
    so that no half of a secret stays.

    :param data: an object as JSON
    :param notes: what is known of values in it
    :param given: marks of the event's other fields
    :param most: the bytes of the result with its marks
    """
    parts = Parts(data, notes, redaction)
    root = parts.root
    name = _name(data, root)
    # The name, a colon, a comma and two brackets.
    fixed = len(name) + 6 + sum(len(mark.json().encode()) + 1 for mark in given)
    excess = parts.total(root) + fixed - most
    if excess > 0:
        _cut_texts(parts, excess, redaction)
        _cut_structure(parts, root, most - fixed)
    if parts.total(root) + fixed > most:
        root.keep(0)
    marks = list(given)
    pieces: list[bytes] = []
    _write(parts, root, pieces, marks, {mark.pointer for mark in given})
    return Fitted(b"".join(pieces).decode(), marks, name)


def _name(data: bytes, root: Part) -> str:
    taken = {found.group(1) for i in range(len(root.ends)) if (found := _NAME.match(data, root.first(i)))}
    name, number = _MARKS, 2
    while name.encode() in taken:
        name = f"{_MARKS} {number}"
        number += 1
    return name


def _cut_texts(parts: Parts, excess: int, redaction: Redaction) -> None:
    """Cuts the longest texts to one length, so that no text is cut while a longer one stays: as many as needed, or all
    of them if that is not enough.

    :param excess: the bytes to save, including those that the marks of these texts will take
    """
    longest = sorted(parts.long_texts, key=lambda text: (text.start - text.end, text.start))
    left = -excess
    for i, text in enumerate(longest):
        left += text.end - text.start - (0 if text.is_cut() else parts.mark_size(text))
        length = left // (i + 1)
        following = longest[i + 1].end - longest[i + 1].start if i + 1 < len(longest) else 0
        if length >= _LEAST_TEXT and length >= following:
            for cut in longest[: i + 1]:
                _shorten(parts, cut, length, redaction)
            return
    for text in longest:
        _shorten(parts, text, _LEAST_TEXT, redaction)


def _shorten(parts: Parts, text: Part, size: int, redaction: Redaction) -> None:
    """Keeps as many characters as fit into these bytes of JSON, with the quotes."""
    data = parts.data
    start, end = text.start + 1, text.end - 1
    if text.end - text.start <= size:
        return
    cut = start + size - 2
    # Not between the bytes of a character.
    while data[cut] & 0xC0 == 0x80:
        cut -= 1
    # Not within an escape. Of several backslashes, every second one is itself escaped.
    last = data.rfind(b"\\", max(start, cut - 5), cut)
    if last >= 0:
        row = last
        while row > start and data[row - 1] == 0x5C:
            row -= 1
        length = 6 if data[last + 1] == 0x75 else 2
        if (last - row) % 2 == 0 and last + length > cut:
            cut = last
    found = data.rfind(_REPLACEMENT, max(start, cut - len(_REPLACEMENT) + 1), min(end, cut + len(_REPLACEMENT) - 1))
    if 0 <= found < cut < found + len(_REPLACEMENT):
        cut = found
    beginning = parts.text(start, cut)
    kept = clean(beginning, redaction)
    text.keep(cut - start if len(kept) == len(beginning) else len(quote(kept).encode()) - 2)


def _cut_structure(parts: Parts, structure: Part, budget: int) -> None:
    """Cuts an object or array so that it takes at most these bytes with its marks, if that is possible. Large values are
    cut before small values beside them are left out. Recursion is bounded by the nesting of metadata.
    """
    if parts.total(structure) <= budget:
        return
    share = _share(parts.totals_within(structure), budget - 2)
    if share >= _LEAST_STRUCTURE:
        for within in structure.parts:
            if within.structure and parts.total(within) + within.name_size() > share:
                _cut_structure(parts, within, share - within.name_size())
    if parts.total(structure) > budget:
        _keep_first(parts, structure, budget - 2 - parts.mark_size(structure))


def _share(sizes: list[int], budget: int) -> int:
    """The most that each value may take so that all together take at most this."""
    ordered = sorted(sizes, reverse=True)
    left = budget - sum(sizes)
    for larger, size in enumerate(ordered, 1):
        left += size
        share = left // larger
        if larger == len(ordered) or share >= ordered[larger]:
            return share
    return budget


def _keep_first(parts: Parts, structure: Part, budget: int) -> None:
    sizes = parts.totals_within(structure)
    kept = 0
    while kept < len(sizes) and sizes[kept] <= budget:
        budget -= sizes[kept]
        kept += 1
    following: Optional[Part] = next((within for within in structure.parts if within.index == kept), None)
    if following is not None and following.structure and budget - following.name_size() >= _LEAST_STRUCTURE:
        _cut_structure(parts, following, budget - following.name_size())
        kept += parts.total(following) + following.name_size() <= budget
    structure.keep(kept if kept < len(sizes) else None)


def _write(parts: Parts, part: Part, pieces: list[bytes], marks: list[Mark], marked: set[str]) -> None:
    if part.name_cut is not None:
        marks.append(Mark(parts.pointer(part), part.name_cut.size, part.name_cut.sha256))
    if part.is_cut():
        mark = parts.mark(part)
        if mark.pointer not in marked:
            marks.append(mark)
    if not part.structure:
        if part.kept is None:
            pieces.append(parts.data[part.start : part.end])
        else:
            pieces += (parts.data[part.start : part.start + 1 + part.kept], b'"')
        return
    kept = part.kept_count()
    at = part.start
    for within in part.parts:
        if within.index < kept:
            pieces.append(parts.data[at : within.start])
            _write(parts, within, pieces, marks, marked)
            at = within.end
    pieces.append(parts.data[at : part.start + 1 if kept == 0 else part.ends[kept - 1]])
    pieces.append(parts.data[part.end - 1 : part.end])
