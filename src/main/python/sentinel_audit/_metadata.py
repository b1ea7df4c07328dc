"""Writes an agent's values as an event's metadata and redacts them exactly as the server would."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence, Set, ValuesView
from decimal import Decimal
from typing import Any, Optional

from . import _app_roles, _names, _neighbors
from ._cut_text import first
from ._cuts import Fitted, fit
from ._given import Level, Shortened, Written
from ._loader import ENOUGH, SMALL, Loader
from ._marks import Mark, cut_identifier, mark_of
from ._parts import CUT, NAME, SIZE, Note
from ._plain import digits_of, taken, text_of, type_of
from ._rules import REPLACEMENT
from ._text import quote, storable
from .redaction import CONTENT, KEY_PART, VALUE, Redaction

MAX_BYTES = 65_536
MAX_DEPTH = 32
MAX_NUMBER = 1_000

# Levels that are read: beyond those that the server allows, structures become text. Bounds the recursion.
_MAX_READ_DEPTH = 2 * MAX_DEPTH

# Values that are read of one list or object: more than an event can hold.
_MAX_VALUES = 100_000

# Members that are read even if their values have to be left out.
_MAX_LATE_MEMBERS = 1_000

# Characters. The name is a part of every JSON pointer to its value.
_MAX_NAME = 4_096

# What a structure costs to read, in characters.
_STRUCTURE = 16

# A redacted text that may have to be cut has more characters.
_SHORT = 256

_HIDDEN = quote(REPLACEMENT)


class MetadataWriter:
    """Writes one object. Later changes by the agent do not change the event.

    What contains itself, cannot be read or nests too deeply is replaced; what is too large is written as far as the
    loader allows and then cut.
    """

    __slots__ = ("_redaction", "_loader", "_parts", "_length", "_notes", "_marks", "_must_cut", "_sources")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._loader = Loader(redaction)
        self._parts: list[str] = []
        # Characters in the parts, which need not be counted exactly.
        self._length = 0
        # Their positions are numbers of parts until all is written.
        self._notes: list[Note] = []
        self._marks: list[Mark] = []
        self._must_cut = False
        # The agent's own objects and lists that are being written, to recognize them within themselves.
        self._sources: list[Any] = []

    def write(self, metadata: Mapping[Any, Any], marks: Sequence[Mark] = ()) -> str:
        """The JSON of a mapping, cut to what the server accepts.

        :param marks: what is cut in the event's other fields
        """
        text = self._written(metadata, marks)
        if self._must_cut or marks or len(text) > MAX_BYTES or not text.isascii() and len(text.encode()) > MAX_BYTES:
            return self._fitted(text, MAX_BYTES).json()
        return text

    def fitted(self, metadata: Mapping[Any, Any], most: int) -> Fitted:
        """The JSON of a mapping, cut to this number of bytes."""
        return self._fitted(self._written(metadata, ()), most)

    def _written(self, metadata: Mapping[Any, Any], marks: Sequence[Mark]) -> str:
        self._marks += marks
        self._object(metadata, _names.NONE, 0, None)
        return "".join(self._parts)

    def _fitted(self, text: str, most: int) -> Fitted:
        positions: dict[int, int] = {}
        at, size = 0, 0
        for number in sorted({note.position for note in self._notes}):
            size += sum(len(part.encode()) for part in self._parts[at:number])
            at = number
            positions[number] = size
        notes = [note._replace(position=positions[note.position]) for note in self._notes]
        return fit(text.encode(), notes, self._marks, self._redaction, most)

    def _note(self, kind: int, size: Optional[int], sha256: Optional[str]) -> None:
        """Notes something of the value that is written next."""
        self._notes.append(Note(kind, len(self._parts), size, sha256))
        self._must_cut = self._must_cut or kind != SIZE

    def _incomplete(self, noted: int, start: int) -> None:
        """Notes that an object or a list was not read as a whole."""
        self._notes.insert(noted, Note(CUT, start, None, None))
        self._must_cut = True

    def _object(self, members: Mapping[Any, Any], unnamed: int, depth: int, around: Optional[Level]) -> None:
        """
        :param unnamed: what is said of members whose own names say nothing
        :param around: the object or list that this one is a value of
        """
        parts = self._parts
        noted, start = len(self._notes), len(parts)
        names: dict[str, int] = {}
        plain_names = self._redaction.plain_names
        all_plain = type(members) is dict and members.keys() <= plain_names.keys()
        level = Level(False)
        if around is not None:
            level.named = _names.ANY if around.cookies else _names.NONE
            level.data_of = around if not around.array and around.role == CONTENT else None
        separator = "{"
        loader = self._loader
        items, whole = _items(members)
        self._sources.append(members)
        for count, (key, value) in enumerate(items):
            if loader.read > ENOUGH and (depth > 0 or count >= _MAX_LATE_MEMBERS):
                whole = False
                break
            parts.append(separator)
            separator = ","
            entry = plain_names.get(key) if all_plain else None
            if entry is not None:
                level.name = key
                name, secrecy, level.role = entry
                loader.read += len(key) + 1
                parts.append(name)
            else:
                secrecy = self._name(key, names, level)
            self._value(value, secrecy or unnamed, level, depth + 1)
        self._sources.pop()
        _neighbors.end(level)
        if not whole:
            self._incomplete(noted, start)
        parts.append("{}" if separator == "{" else "}")

    def _name(self, key: Any, names: dict[str, int], level: Level) -> int:
        """Writes a name, and returns what it says of its value. Different names stay different, also without secrets.

        :param names: those that are taken, each with the number that makes the next equal one distinct
        """
        given = key if type(key) is str else text_of(key)
        name = self._loader.load(given)
        secrecy = self._redaction.secrecy(name)
        clean = self._loader.clean(name)
        base = clean if clean is not None else name
        mark: Optional[Mark] = None
        if len(given) > _MAX_NAME and (len(base) > _MAX_NAME or not self._loader.whole):
            size = len(name.encode()) if self._loader.whole else self._loader.size
            base, mark = cut_identifier(base, _MAX_NAME, self._redaction)
            mark = mark._replace(size=size, sha256=mark.sha256 if self._loader.whole else None)
        unique = base
        number = names.get(base, 1)
        while unique in names:
            number += 1
            unique = f"{base} {number}"
        names[base] = number
        names.setdefault(unique, 1)
        level.name = unique
        entry = (f"{quote(unique)}:", secrecy, self._redaction.role(unique))
        level.role = entry[2]
        if unique is key:
            self._redaction.remember_name(name, entry)
        self._parts.append(entry[0])
        if mark is not None:
            self._note(NAME, mark.size, mark.sha256)
        return secrecy

    def _array(self, values: Iterable[Any], elements: int, depth: int, cookies: bool = False) -> None:
        parts = self._parts
        noted, start = len(self._notes), len(parts)
        level = Level(True)
        level.cookies = cookies
        separator = "["
        items, whole = taken(values, _MAX_VALUES)
        self._sources.append(values)
        for value in items:
            if self._loader.read > ENOUGH:
                whole = False
                break
            parts.append(separator)
            separator = ","
            self._value(value, elements, level, depth + 1)
        self._sources.pop()
        if not whole:
            self._incomplete(noted, start)
        parts.append("[]" if separator == "[" else "]")

    def _value(self, value: Any, secrecy: int, level: Level, depth: int) -> None:
        # Mostly it is one of these, and asking for the very type is twice as fast.
        kind = type(value)
        if kind is str:
            self._string(value, secrecy, level)
        elif kind is int:
            self._digits(digits_of(value), secrecy, level)
        elif kind is dict or kind is list:
            self._structure(value, secrecy, level, depth)
        elif value is None or value is True or value is False:
            level.passed()
            self._loader.read += 2
            self._parts.append("null" if value is None else "true" if value else "false")
        elif isinstance(value, str):
            self._string(text_of(value), secrecy, level)
        elif isinstance(value, int):
            self._digits(digits_of(value), secrecy, level)
        elif isinstance(value, float):
            self._float(value, secrecy, level)
        elif isinstance(value, (Mapping, list, tuple, set, frozenset)):
            self._structure(value, secrecy, level, depth)
        else:
            self._other(value, secrecy, level, depth)

    def _structure(self, value: Any, secrecy: int, level: Level, depth: int) -> None:
        if secrecy >= _names.TEXT and not level.array and self._redaction.hides_structure(secrecy, level.name):
            self._parts.append(_HIDDEN)
            return
        for source in self._sources:
            if source is value:
                self._string("[circular]", _names.NONE, level)
                return
        if depth == _MAX_READ_DEPTH:
            self._note(CUT, None, None)
            self._string("[too deep]", _names.NONE, level)
            return
        level.passed()
        self._loader.read += _STRUCTURE
        start, noted, open_sources = len(self._parts), len(self._notes), len(self._sources)
        try:
            if type(value) is dict or isinstance(value, Mapping):
                alone = level.array or secrecy < _names.TEXT
                within = _names.NONE if alone else self._redaction.secrecy_within(secrecy, level.name)
                self._object(value, within, depth, level)
            else:
                # "cookies": [{"name": "id", "value": "V"}]: the values are secrets, whatever the names are.
                cookies = secrecy >= _names.TEXT and not level.array and level.name.isascii() and level.name.lower() == "cookies"
                self._array(value, secrecy, depth, cookies)
            if depth == MAX_DEPTH:
                self._flatten(start, noted)
                level.forget_from(start)
        except Exception:
            # The agent's stack may be full, or its memory.
            del self._parts[start:], self._notes[noted:], self._sources[open_sources:]
            level.forget_from(start)
            self._note(CUT, None, None)
            self._parts.append(quote(storable(type_of(value))))

    def _flatten(self, start: int, noted: int) -> None:
        """Replaces a structure that the server does not accept at this depth by its JSON as a text."""
        text = "".join(self._parts[start:])
        text = self._redaction.clean(text) or text
        whole = all(note.sha256 is not None for note in self._notes[noted:] if note.kind != SIZE)
        del self._parts[start:], self._notes[noted:]
        mark = mark_of("", text)
        self._note(CUT, mark.size if whole else None, mark.sha256 if whole else None)
        self._parts.append(quote(text))

    def _other(self, value: Any, secrecy: int, level: Level, depth: int) -> None:
        if isinstance(value, Written):
            self._written_before(value, secrecy, level)
        elif isinstance(value, Shortened):
            self._string(value.text, secrecy, level, value.most)
        elif isinstance(value, Decimal) and value.is_finite():
            self._digits(Decimal.__str__(value), secrecy, level)
        elif isinstance(value, (deque, Sequence, Set, ValuesView)) and not isinstance(
            value, (bytes, bytearray, memoryview, range)
        ):
            self._structure(value, secrecy, level, depth)
        else:
            digits = _index(value)
            if digits is None:
                self._string(text_of(value), secrecy, level)
            else:
                self._digits(digits, secrecy, level)

    def _written_before(self, value: Written, secrecy: int, level: Level) -> None:
        if secrecy >= _names.TEXT:
            self._parts.append(_HIDDEN)
            return
        level.passed()
        self._loader.read += len(value.json)
        self._marks += value.marks
        self._must_cut = self._must_cut or bool(value.marks)
        self._parts.append(value.json)

    def _string(self, given: str, told: int, level: Level, most: Optional[int] = None) -> None:
        loader = self._loader
        redaction = self._redaction
        is_small = len(given) <= SMALL
        if is_small:
            # What the loader does, without two calls for most texts.
            text = storable(given)
            loader.read += len(text) + 1
        else:
            text = loader.load(given)
        is_value = level.role == VALUE
        secrecy = told
        if is_value and not level.array:
            secrecy = max(told, self._named(level))
        elif level.array and told == _names.NONE:
            secrecy = self._named(level)
        if level.web_key and level.role == KEY_PART:
            secrecy = max(secrecy, _names.LIKELY)
        if level.app_role and _app_roles.is_secret(level.name, text):
            secrecy = max(secrecy, _names.TEXT)
        if level.data_of is not None and level.data_of.secret:
            secrecy = max(secrecy, _names.TEXT)
        if not level.array and redaction.is_role(level.name):
            level.app_role = True
        if secrecy != _names.NONE and redaction.hides_text(secrecy, text):
            level.passed()
            self._parts.append(_HIDDEN)
            return
        clean = redaction.clean(text) if is_small else loader.clean(text)
        if not (is_small or loader.whole):
            if most is None:
                self._note(CUT, loader.size, None)
        elif clean is not None and len(text) > _SHORT:
            self._note(SIZE, len(text.encode()), None)
        written = text if clean is None else clean
        if most is not None and len(written) > most:
            written = first(written, most, redaction) + "…"
        self._parts.append(quote(written))
        if level.array:
            names = redaction.secrecy_named_by(text)
            # Names of headers are often listed for their own sake: what follows has to look like a secret.
            level.named = names if names == _names.NONE or text.startswith("--") else _names.LIKELY
        elif level.role or level.data_of is not None:
            found = _neighbors.reasons(level, text, redaction)
            if found:
                level.earlier.append((found, len(self._parts) - 1))
            hidden = _neighbors.revealed(level, text, redaction)
            if hidden:
                self._hide(hidden)

    def _hide(self, numbers: set[int]) -> None:
        for number in numbers:
            self._parts[number] = _HIDDEN
        self._notes = [note for note in self._notes if note.kind == NAME or note.position not in numbers]

    def _named(self, level: Level) -> int:
        if level.array or level.named == _names.NONE:
            return level.named
        return self._redaction.secrecy_of_named(level.name)

    def _digits(self, digits: str, secrecy: int, level: Level) -> None:
        if len(digits) > MAX_NUMBER or digits.startswith(("0x", "-0x")):
            # The server refuses longer numbers, which are no reason to lose an event.
            self._string(digits, secrecy, level)
            return
        level.passed()
        self._loader.read += len(digits) + 1
        if secrecy != _names.ANY and len(digits) < 13:
            # Too short for the number of a card.
            self._parts.append(digits)
            return
        hidden = self._redaction.hides_integer(secrecy, None if level.array else level.name, digits)
        self._parts.append(_HIDDEN if hidden else digits)

    def _float(self, value: float, secrecy: int, level: Level) -> None:
        if math.isfinite(value):
            self._digits(float.__repr__(value), secrecy, level)
        else:
            self._string("NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity", secrecy, level)


def _items(members: Mapping[Any, Any]) -> tuple[list[tuple[Any, Any]], bool]:
    """The first members, and whether these are all."""
    if type(members) is dict and len(members) <= _MAX_VALUES:
        # An atomic copy, because another thread may change the original meanwhile.
        return list(members.items()), True
    try:
        items, whole = taken(members.items(), _MAX_VALUES)
    except Exception:
        return [], False
    pairs = [item for item in items if isinstance(item, tuple) and len(item) == 2]
    return pairs, whole and len(pairs) == len(items)


def _index(value: Any) -> Optional[str]:
    """The digits of an integer of another library, such as numpy's, whose arrays claim to be integers too."""
    try:
        return digits_of(value.__index__()) if hasattr(type(value), "__index__") else None
    except Exception:
        return None
