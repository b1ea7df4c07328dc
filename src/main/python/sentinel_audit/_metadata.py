"""Writes an agent's values as an event's metadata and redacts them exactly as the server would."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Optional

from . import _names
from ._rules import REPLACEMENT
from ._text import quote, storable
from .redaction import NAME, VALUE, Redaction

MAX_BYTES = 65_536
MAX_DEPTH = 32
MAX_NUMBER = 1_000
TOO_LARGE = "metadata must be at most 65,536 bytes of JSON"
TOO_DEEP = "metadata must not nest deeper than 32 levels"

_HIDDEN = quote(REPLACEMENT)
# No longer integer is written: it would take quadratic time, and Python 3.11 refuses from 4,301 digits on.
_MAX_BITS = 8_192


class InvalidEventError(ValueError):
    """The event breaks the contract. The message uses the server's words."""


class Written:
    """A value that is already redacted JSON."""

    __slots__ = ("json",)

    def __init__(self, json: str) -> None:
        self.json = json


class _Level:
    """An object or a list that is being written."""

    __slots__ = ("array", "name", "role", "named", "value")

    def __init__(self, array: bool) -> None:
        self.array = array
        self.name = ""
        # What the member of this name is to its siblings.
        self.role = 0
        # What a sibling or the element before says of the value that it names.
        self.named = _names.NONE
        # Which part is a value that a later sibling may name.
        self.value: Optional[int] = None

    def passed(self) -> None:
        """What an element says, it says of the next one only."""
        if self.array:
            self.named = _names.NONE


class MetadataWriter:
    """Writes one object. Later changes by the agent do not change the event."""

    __slots__ = ("_redaction", "_parts", "_length")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._parts: list[str] = []
        self._length = 0

    def write(self, metadata: Mapping[Any, Any]) -> str:
        """The JSON of a mapping; raises InvalidEventError if it is too large or too deep."""
        self._object(metadata, _names.NONE, 0)
        text = "".join(self._parts)
        if len(text) > MAX_BYTES or not text.isascii() and len(text.encode()) > MAX_BYTES:
            raise InvalidEventError(TOO_LARGE)
        return text

    def _object(self, members: Mapping[Any, Any], unnamed: int, depth: int) -> None:
        """:param unnamed: what is said of members whose own names say nothing"""
        if depth == MAX_DEPTH:
            raise InvalidEventError(TOO_DEEP)
        self._grow(len(members))
        parts = self._parts
        names: set[str] = set()
        plain_names = self._redaction.plain_names
        all_plain = type(members) is dict and members.keys() <= plain_names.keys()
        level = _Level(False)
        separator = "{"
        # An atomic copy, because another thread may change the original meanwhile.
        for key, value in list(members.items()):
            parts.append(separator)
            separator = ","
            entry = plain_names.get(key) if all_plain else None
            if entry is not None:
                level.name = key
                name, secrecy, level.role = entry
            else:
                name, secrecy, level.role = self._name(key, names, level)
            parts.append(name)
            self._value(value, secrecy or unnamed, level, depth + 1)
        parts.append("{}" if separator == "{" else "}")

    def _name(self, key: Any, names: set[str], level: _Level) -> tuple[str, int, int]:
        """A name as JSON, and what it says of its value and of siblings. Different names stay different, also without
        secrets.
        """
        name = storable(key if type(key) is str else _text(key))
        self._grow(len(name))
        secrecy = self._redaction.secrecy(name)
        clean = self._redaction.clean(name)
        unique = clean or name
        number = 2
        while unique in names:
            unique = f"{clean or name} {number}"
            number += 1
        names.add(unique)
        level.name = unique
        entry = (f"{quote(unique)}:", secrecy, self._redaction.role(unique))
        if unique is key:
            self._redaction.remember_name(name, entry)
        return entry

    def _array(self, values: Collection[Any], elements: int, depth: int) -> None:
        if depth == MAX_DEPTH:
            raise InvalidEventError(TOO_DEEP)
        self._grow(len(values))
        level = _Level(True)
        separator = "["
        for value in list(values):
            self._parts.append(separator)
            separator = ","
            self._value(value, elements, level, depth + 1)
        self._parts.append("[]" if separator == "[" else "]")

    def _value(self, value: Any, secrecy: int, level: _Level, depth: int) -> None:
        # Mostly it is one of these, and asking for the very type is twice as fast.
        kind = type(value)
        if kind is str:
            self._string(value, secrecy, level)
        elif kind is int:
            self._integer(value, secrecy, level)
        elif kind is dict or kind is list:
            self._structure(value, secrecy, level, depth)
        elif isinstance(value, str):
            self._string(value.value if isinstance(value, Enum) else value, secrecy, level)
        elif value is None:
            level.passed()
            self._parts.append("null")
        elif isinstance(value, bool):
            level.passed()
            self._parts.append("true" if value else "false")
        elif isinstance(value, int):
            self._integer(value, secrecy, level)
        elif isinstance(value, float):
            self._float(value, secrecy, level)
        elif isinstance(value, (Mapping, list, tuple, set, frozenset)):
            self._structure(value, secrecy, level, depth)
        else:
            self._other(value, secrecy, level)

    def _structure(self, value: Any, secrecy: int, level: _Level, depth: int) -> None:
        if secrecy >= _names.TEXT and not level.array and self._redaction.hides_structure(secrecy, level.name):
            self._parts.append(_HIDDEN)
            return
        level.passed()
        if type(value) is dict or isinstance(value, Mapping):
            alone = level.array or secrecy < _names.TEXT
            within = _names.NONE if alone else self._redaction.secrecy_within(secrecy, level.name)
            self._object(value, within, depth)
        else:
            self._array(value, secrecy, depth)

    def _other(self, value: Any, secrecy: int, level: _Level) -> None:
        if isinstance(value, Decimal) and value.is_finite():
            self._digits(str(value), secrecy, level)
        elif isinstance(value, date):
            self._string(value.isoformat(), secrecy, level)
        elif isinstance(value, (bytes, bytearray)):
            self._string(value.decode("utf-8", "replace"), secrecy, level)
        elif isinstance(value, Written):
            self._written(value, secrecy, level)
        elif hasattr(type(value), "__index__"):
            # Integers of other libraries, such as numpy's.
            self._integer(value.__index__(), secrecy, level)
        else:
            self._string(_text(value), secrecy, level)

    def _written(self, value: Written, secrecy: int, level: _Level) -> None:
        if secrecy >= _names.TEXT:
            self._parts.append(_HIDDEN)
            return
        level.passed()
        self._grow(len(value.json))
        self._parts.append(value.json)

    def _string(self, text: str, told: int, level: _Level) -> None:
        self._grow(len(text))
        text = storable(text)
        redaction = self._redaction
        is_value = level.role == VALUE
        secrecy = told if told != _names.NONE or not (level.array or is_value) else self._named(level)
        if secrecy != _names.NONE and redaction.hides_text(secrecy, text):
            level.passed()
            self._parts.append(_HIDDEN)
            return
        self._parts.append(quote(redaction.clean(text) or text))
        if level.array:
            names = redaction.secrecy_named_by(text)
            # Names of headers are often listed for their own sake: what follows has to look like a secret.
            level.named = names if names == _names.NONE or text.startswith("--") else _names.LIKELY
        elif is_value:
            if redaction.hides_text(redaction.secrecy_of_named(level.name), text):
                # Only if a sibling that comes later says so.
                level.value = len(self._parts) - 1
        elif level.role == NAME and redaction.secrecy_named_by(text) != _names.NONE:
            level.named = _names.ANY
            # A sibling that comes first is written already.
            if level.value is not None:
                self._parts[level.value] = _HIDDEN
            level.value = None

    def _named(self, level: _Level) -> int:
        if level.array or level.named == _names.NONE:
            return level.named
        return self._redaction.secrecy_of_named(level.name)

    def _integer(self, value: int, secrecy: int, level: _Level) -> None:
        if value.bit_length() > _MAX_BITS:
            self._string(hex(value), secrecy, level)
        else:
            self._digits(int.__repr__(value), secrecy, level)

    def _digits(self, digits: str, secrecy: int, level: _Level) -> None:
        if len(digits) > MAX_NUMBER:
            # The server refuses longer numbers, which are no reason to lose an event.
            self._string(digits, secrecy, level)
            return
        level.passed()
        self._grow(len(digits))
        if secrecy != _names.ANY and len(digits) < 13:
            # Too short for the number of a card.
            self._parts.append(digits)
            return
        hidden = self._redaction.hides_integer(secrecy, None if level.array else level.name, digits)
        self._parts.append(_HIDDEN if hidden else digits)

    def _float(self, value: float, secrecy: int, level: _Level) -> None:
        if math.isfinite(value):
            self._digits(float.__repr__(value), secrecy, level)
        else:
            self._string("NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity", secrecy, level)

    def _grow(self, length: int) -> None:
        """Checks the length of a value before it is copied, so that the output cannot grow far beyond its limit."""
        self._length += length
        if self._length > MAX_BYTES:
            raise InvalidEventError(TOO_LARGE)


def _text(value: Any) -> str:
    """The text of a value; its type if it has no text."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"
