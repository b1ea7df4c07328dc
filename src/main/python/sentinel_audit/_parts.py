"""Metadata as JSON, with the positions of all that can be cut."""

from __future__ import annotations

import hashlib
import json
import re
from typing import NamedTuple, Optional

from ._marks import Mark, mark_of, mark_size
from .redaction import Redaction

# Bytes of JSON. Shorter texts are cut only together with their list or object.
LONG_TEXT = 2_048

SIZE, CUT, NAME = range(3)

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_SCALAR = re.compile(rb"[^,}\]]+")


class Note(NamedTuple):
    """What the writer has to say of a value, until the value's pointer is known."""

    kind: int
    """``SIZE``: nothing is cut, but redaction has changed the size of this long text. ``CUT``: the value is cut.
    ``NAME``: the name of this member is cut."""
    position: int
    """Where the value begins in the JSON."""
    size: Optional[int]
    """The size of the original; None if it was not read as a whole."""
    sha256: Optional[str]
    """The digest of the original after redaction; None if it was not read as a whole."""


class Part:
    """A value that can be cut or has a note: an object, an array, or a text. Other values are only positions in their
    object or array.
    """

    __slots__ = (
        "around", "index", "name_start", "name_end", "start", "end", "structure", "parts", "ends",
        "size", "cut", "name_cut", "unread", "kept", "total",
    )  # fmt: skip

    def __init__(self, around: Optional[Part], index: int, name_start: int, name_end: int, start: int) -> None:
        self.around = around
        self.index = index
        self.name_start, self.name_end = name_start, name_end
        self.start, self.end = start, start
        self.structure = False
        self.parts: list[Part] = []
        self.ends: list[int] = []
        self.size: Optional[Note] = None
        self.cut: Optional[Note] = None
        self.name_cut: Optional[Note] = None
        # Whether this value or a value within it was not read as a whole, so that there is no digest of it.
        self.unread = False
        # How much is kept: values of an object or array, or bytes between the quotes of a text; None for all.
        self.kept: Optional[int] = None
        # The result of ``Parts.total`` until something within this value is cut.
        self.total: Optional[int] = None

    def first(self, i: int) -> int:
        """Where the value at this position among its siblings begins, with its name."""
        return self.start + 1 if i == 0 else self.ends[i - 1] + 1

    def kept_count(self) -> int:
        """The number of values that are kept."""
        return len(self.ends) if self.kept is None else self.kept

    def keep(self, number: Optional[int]) -> None:
        """Cuts this value."""
        self.kept = number
        part: Optional[Part] = self
        while part is not None and part.total is not None:
            part.total = None
            part = part.around

    def is_cut(self) -> bool:
        """Whether something of this value itself is missing."""
        return self.kept is not None or self.cut is not None

    def name_size(self) -> int:
        """The bytes of a member's name with its colon, and of a comma."""
        return self.name_end - self.name_start + 2 if self.name_end > self.name_start else 1


class Parts:
    """Reads metadata once, without recursion. One thread.

    :param data: an object, minified
    :param notes: in the order of their positions
    """

    def __init__(self, data: bytes, notes: list[Note], redaction: Redaction) -> None:
        self.data = data
        self._notes = notes
        self._next = 0
        self._redaction = redaction
        self.long_texts: list[Part] = []
        """In the order of the JSON."""
        self.root = self._read()

    def _read(self) -> Part:
        data = self.data
        root = level = Part(None, 0, 0, 0, 0)
        root.structure = True
        self._take_notes(root)
        at = 1
        while True:
            char = data[at]
            if char == 0x2C:  # a comma
                at += 1
                char = data[at]
            elif char in b"}]":
                at += 1
                level.end = at
                if level.around is None:
                    return root
                level = level.around
                level.ends.append(at)
                continue
            name_start = name_end = start = at
            if data[level.start] == 0x7B:  # an object
                name_end = _end(_STRING, data, at)
                start = name_end + 1
                char = data[start]
            if char in b"{[":
                part = Part(level, len(level.ends), name_start, name_end, start)
                part.structure = True
                self._take_notes(part)
                level.parts.append(part)
                level = part
                at = start + 1
                continue
            at = _end(_STRING if char == 0x22 else _SCALAR, data, start)
            is_long = char == 0x22 and at - start > LONG_TEXT
            if is_long or self._is_noted(start):
                part = Part(level, len(level.ends), name_start, name_end, start)
                part.end = at
                self._take_notes(part)
                level.parts.append(part)
                if is_long:
                    self.long_texts.append(part)
            level.ends.append(at)

    def _is_noted(self, start: int) -> bool:
        return self._next < len(self._notes) and self._notes[self._next].position <= start

    def _take_notes(self, part: Part) -> None:
        while self._is_noted(part.start):
            note = self._notes[self._next]
            self._next += 1
            if note.kind == SIZE:
                part.size = note
            elif note.kind == NAME:
                part.name_cut = note
            else:
                part.cut = note
                around: Optional[Part] = part
                while note.sha256 is None and around is not None:
                    around.unread = True
                    around = around.around

    def pointer(self, part: Part) -> str:
        """The JSON pointer of a value, within the event."""
        pointer = self._pointer(part)
        return self._redaction.clean(pointer) or pointer

    def _pointer(self, part: Part) -> str:
        if part.around is None:
            return "/metadata"
        named = part.name_end > part.name_start
        token = self.text(part.name_start + 1, part.name_end - 1) if named else str(part.index)
        return f"{self._pointer(part.around)}/{token.replace('~', '~0').replace('/', '~1')}"

    def text(self, start: int, end: int) -> str:
        """The text between these positions, which are within the quotes."""
        return str(json.loads(b'"%b"' % self.data[start:end]))

    def mark(self, part: Part) -> Mark:
        """The mark for a value that is cut."""
        pointer = self.pointer(part)
        if part.cut is not None:
            return Mark(pointer, part.cut.size, part.cut.sha256)
        if part.unread:
            return Mark(pointer, None, None)
        if part.structure:
            digest = hashlib.sha256(memoryview(self.data)[part.start : part.end]).hexdigest()
            return Mark(pointer, part.end - part.start, digest)
        mark = mark_of(pointer, self.text(part.start + 1, part.end - 1))
        return mark if part.size is None else mark._replace(size=part.size.size)

    def mark_size(self, part: Part) -> int:
        """An upper bound on the mark of a value, with a comma."""
        known = part.size if part.cut is None else part.cut
        digested = not part.unread if part.cut is None else part.cut.sha256 is not None
        if known is not None:
            size = known.size
        else:
            # The JSON of a text is never shorter than the text.
            size = None if part.unread else part.end - part.start
        return mark_size(self.pointer(part), size, digested)

    def total(self, part: Part) -> int:
        """How many bytes of JSON a value takes with all marks that it needs, without the name of its member."""
        if part.total is None:
            if part.structure:
                size = self._structure(part)
            else:
                size = part.end - part.start if part.kept is None else part.kept + 2
            size += self.mark_size(part) if part.is_cut() else 0
            name = part.name_cut
            if name is not None:
                size += mark_size(self.pointer(part), name.size, name.sha256 is not None)
            part.total = size
        return part.total

    def _structure(self, part: Part) -> int:
        kept = part.kept_count()
        if kept == 0:
            return 2
        size = 2 + part.ends[kept - 1] - part.first(0)
        for within in part.parts:
            if within.index < kept:
                size += self.total(within) - (within.end - within.start)
        return size

    def totals_within(self, part: Part) -> list[int]:
        """The totals of all values of a structure, each with its name and a comma."""
        sizes = []
        before = part.start
        for end in part.ends:
            sizes.append(end - before)
            before = end
        for within in part.parts:
            sizes[within.index] += self.total(within) - (within.end - within.start)
        return sizes


def _end(token: re.Pattern[bytes], data: bytes, start: int) -> int:
    found = token.match(data, start)
    assert found is not None
    return found.end()
