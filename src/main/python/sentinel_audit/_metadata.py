"""Writes an agent's values as an event's metadata and redacts them exactly as the server would."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from ._rules import REPLACEMENT
from ._text import quote, storable
from .redaction import Redaction

MAX_BYTES = 65_536
MAX_DEPTH = 32
TOO_LARGE = "metadata must be at most 65,536 bytes of JSON"
TOO_DEEP = "metadata must not nest deeper than 32 levels"

_HIDDEN = quote(REPLACEMENT)
# Digits of the shortest payment card number.
_CARD_DIGITS = 13
_SMALL = 10 ** (_CARD_DIGITS - 1)
# Longer integers are not converted to decimal: that takes quadratic time, and Python 3.11 refuses more than 4,300
# digits.
_MAX_BITS = 8_192


class InvalidEventError(ValueError):
    """The event breaks the contract. The message uses the server's words."""


class Written:
    """A value that is already redacted JSON."""

    __slots__ = ("json",)

    def __init__(self, json: str) -> None:
        self.json = json


class MetadataWriter:
    """Writes one object. Later changes by the agent do not change the event."""

    __slots__ = ("_redaction", "_parts", "_length")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._parts: list[str] = []
        self._length = 0

    def write(self, metadata: Mapping[Any, Any]) -> str:
        """The JSON of a mapping; raises InvalidEventError if it is too large or too deep."""
        self._object(metadata, 0)
        text = "".join(self._parts)
        if len(text) > MAX_BYTES or not text.isascii() and len(text.encode()) > MAX_BYTES:
            raise InvalidEventError(TOO_LARGE)
        return text

    def _object(self, members: Mapping[Any, Any], depth: int) -> None:
        if depth == MAX_DEPTH:
            raise InvalidEventError(TOO_DEEP)
        self._grow(len(members))
        parts = self._parts
        names: set[str] = set()
        plain_names = self._redaction.plain_names
        all_plain = type(members) is dict and members.keys() <= plain_names.keys()
        separator = "{"
        # An atomic copy, because another thread may change the original meanwhile.
        for key, value in list(members.items()):
            parts.append(separator)
            separator = ","
            name, secret = plain_names[key] if all_plain and key in plain_names else self._name(key, names)
            parts.append(name)
            if secret and _is_worth_hiding(value):
                parts.append(_HIDDEN)
            else:
                self._value(value, depth + 1)
        parts.append("{}" if separator == "{" else "}")

    def _name(self, key: Any, names: set[str]) -> tuple[str, bool]:
        """A name as JSON, and whether it is the name of a secret. Different names stay distinct even when redacted."""
        name = storable(key if type(key) is str else _text(key))
        self._grow(len(name))
        secret = self._redaction.is_secret_key(name)
        clean = self._redaction.clean(name)
        unique = clean or name
        number = 2
        while unique in names:
            unique = f"{clean or name} {number}"
            number += 1
        names.add(unique)
        entry = (f"{quote(unique)}:", secret)
        if unique is key:
            self._redaction.remember_name(name, entry)
        return entry

    def _array(self, values: Collection[Any], depth: int) -> None:
        if depth == MAX_DEPTH:
            raise InvalidEventError(TOO_DEEP)
        self._grow(len(values))
        separator = "["
        for value in list(values):
            self._parts.append(separator)
            separator = ","
            self._value(value, depth + 1)
        self._parts.append("[]" if separator == "[" else "]")

    def _value(self, value: Any, depth: int) -> None:
        # The most frequent types first: checking the exact type is twice as fast.
        kind = type(value)
        if kind is str:
            self._string(value)
        elif kind is int:
            self._integer(value)
        elif kind is dict:
            self._object(value, depth)
        elif isinstance(value, str):
            self._string(value.value if isinstance(value, Enum) else value)
        elif value is None:
            self._parts.append("null")
        elif isinstance(value, bool):
            self._parts.append("true" if value else "false")
        elif isinstance(value, int):
            self._integer(value)
        elif isinstance(value, float):
            self._float(value)
        elif isinstance(value, Mapping):
            self._object(value, depth)
        elif isinstance(value, (list, tuple, set, frozenset)):
            self._array(value, depth)
        else:
            self._other(value)

    def _other(self, value: Any) -> None:
        if isinstance(value, Decimal) and value.is_finite():
            self._digits(str(value))
        elif isinstance(value, date):
            self._string(value.isoformat())
        elif isinstance(value, (bytes, bytearray)):
            self._string(value.decode("utf-8", "replace"))
        elif isinstance(value, Written):
            self._grow(len(value.json))
            self._parts.append(value.json)
        elif hasattr(type(value), "__index__"):
            # Integers of other libraries, such as NumPy.
            self._integer(value.__index__())
        else:
            self._string(_text(value))

    def _string(self, text: str) -> None:
        self._grow(len(text))
        text = storable(text)
        self._parts.append(quote(self._redaction.clean(text) or text))

    def _integer(self, value: int) -> None:
        if -_SMALL < value < _SMALL:
            self._parts.append(int.__repr__(value))
        elif value.bit_length() > _MAX_BITS:
            self._string(hex(value))
        else:
            self._digits(int.__repr__(value))

    def _digits(self, digits: str) -> None:
        self._grow(len(digits))
        self._parts.append(_HIDDEN if self._redaction.is_secret_number(digits) else digits)

    def _float(self, value: float) -> None:
        if math.isfinite(value):
            self._parts.append(float.__repr__(value))
        else:
            self._string("NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity")

    def _grow(self, length: int) -> None:
        """Checks the length of a value before it is copied, so that the output cannot grow far beyond its limit."""
        self._length += length
        if self._length > MAX_BYTES:
            raise InvalidEventError(TOO_LARGE)


def _is_worth_hiding(value: Any) -> bool:
    """As on the server: booleans, null and the empty string reveal no secret, and the value may be redacted already."""
    return value is not None and not isinstance(value, bool) and value != "" and value != REPLACEMENT


def _text(value: Any) -> str:
    """The text of a value; its type if it has no text."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"
